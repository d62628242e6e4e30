// How the web app is built: into `dist`, from where the server's build takes it.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const SERVER = process.env.TAILORBIRD_SERVER ?? "http://127.0.0.1:5680";

/** What every page fetches before anything is shown, packed by gzip; the editor and each page come on demand. */
const FIRST_BYTES_MAX = 250_000;

/** Empties the folder but for what keeps it in the repository, and packs each file that gains by it. */
function pack(): Plugin {
  return {
    name: "pack",
    apply: "build",
    buildStart() {
      for (const name of readdirSync("dist")) {
        if (name !== ".gitignore") rmSync(join("dist", name), { recursive: true });
      }
    },
    closeBundle() {
      const walk = (folder: string): string[] =>
        readdirSync(folder).flatMap((name) => {
          const path = join(folder, name);
          return statSync(path).isDirectory() ? walk(path) : [path];
        });
      for (const path of walk("dist").filter((it) => /\.(js|css|html|svg)$/.test(it))) {
        const bytes = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(bytes));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
      const first = [...readFileSync("dist/index.html", "utf8").matchAll(/"\/app\/(assets\/[^"]+\.js)"/g)].map((it) => join("dist", it[1] ?? ""));
      const bytes = first.reduce((sum, it) => sum + statSync(`${it}.gz`).size, 0);
      if (bytes > FIRST_BYTES_MAX) throw new Error(`the page begins with ${bytes} bytes of JavaScript, packed; at most ${FIRST_BYTES_MAX} are meant: ${first.join(", ")}`);
    },
  };
}

export default defineConfig({
  base: "/app/",
  plugins: [react(), tailwindcss(), pack()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  build: { emptyOutDir: false, target: "es2022", chunkSizeWarningLimit: 700 },
  server: { proxy: { "/api": SERVER, "/webhook": SERVER } },
  test: { include: ["src/**/*.test.ts"] },
});
