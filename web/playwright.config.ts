// End-to-end tests in headless Chromium against the real binary, started on an empty folder.
import { defineConfig } from "@playwright/test";

const server = process.env.TAILORBIRD_URL ?? "http://127.0.0.1:5680";

export default defineConfig({
  testDir: "e2e",
  testMatch: process.env.SCREENSHOTS ? "screenshots.ts" : process.env.MEASURE ? "measure.ts" : "*.spec.ts",
  workers: 1,
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
