// Build public/js: types from the contract, modules from src/, and the only library that runs in the browser.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

function run(script, ...words) {
  const { status } = spawnSync(process.execPath, [script, ...words], { cwd: here, stdio: "inherit" });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

// Generate the types on every build, so that they never lag behind the contract. Requests may omit properties with a
// default; without the flag the types would require them.
const contract = ["../../openapi/openapi.yaml", "--output", "src/api/contract.d.ts"];
run("node_modules/openapi-typescript/bin/cli.js", ...contract, "--default-non-nullable=false");
run("node_modules/typescript/bin/tsc");
// openapi-fetch is a single ES module without imports, so it needs no bundler. The import map in index.html names it.
mkdirSync(`${here}public/js/vendor`, { recursive: true });
copyFileSync(`${here}node_modules/openapi-fetch/dist/index.mjs`, `${here}public/js/vendor/openapi-fetch.js`);
