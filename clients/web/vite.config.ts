/** Builds the app into what the server gives out; the same sources make the same bytes. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const BUILT = "../../server/web_app/built";

function digest(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [...files, "package-lock.json"]) hash.update(readFileSync(file, "latin1"), "latin1");
  return hash.digest("hex").slice(0, 12);
}

export default defineConfig({
  base: "/app/",
  define: { __BUILD__: JSON.stringify(digest("src")), global: "globalThis" },
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    target: "es2022",
    manifest: "manifest.json",
    modulePreload: false,
    rollupOptions: {
      input: {
        main: "src/main.tsx",
        worker: "src/worker/worker.ts",
        search: "src/search/search_worker.ts",
      },
      output: {
        entryFileNames: ({ name }) => (name === "worker" ? "sw.js" : "[name]-[hash].js"),
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
