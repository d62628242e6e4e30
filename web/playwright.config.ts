// End-to-end tests in headless Chromium against the real binary, started on an empty folder.
import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const specs = readdirSync("e2e").filter((it) => it.endsWith(".spec.ts"));
/** Those that start servers of their own, and so disturb nobody. */
const isAlone = (name: string) => readFileSync(`e2e/${name}`, "utf8").includes('from "./server"');
const one = process.env.SCREENSHOTS ? "screenshots.ts" : process.env.MEASURE ? "measure.ts" : undefined;

const server = process.env.TAILORBIRD_URL ?? "http://127.0.0.1:5680";

export default defineConfig({
  testDir: "e2e",
  // What shares a server is done one after the other; the rest beside it.
  workers: 2,
  projects: one
    ? [{ name: one, testMatch: one, workers: 1 }]
    : [
        { name: "one server", testMatch: specs.filter((it) => !isAlone(it)), workers: 1 },
        { name: "servers of their own", testMatch: specs.filter(isAlone), workers: 1 },
      ],
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: "line",
  use: {
    baseURL: server,
    actionTimeout: 60_000,
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
    viewport: { width: 1280, height: 800 },
    // A colour that is on its way to another one has neither's contrast.
    contextOptions: { reducedMotion: "reduce" },
  },
});
