// Builds public/js: the types from the contract, the modules from src/, and the one library that runs in the browser.
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

// The types are made each time and not kept, so that they are never older than the contract. A property with a default
// may be left out of a request; without the flag the types would ask for it.
const contract = ["../../openapi/openapi.yaml", "--output", "src/api/contract.d.ts"];
run("node_modules/openapi-typescript/bin/cli.js", ...contract, "--default-non-nullable=false");
run("node_modules/typescript/bin/tsc");
// openapi-fetch is one ES module without imports of its own, so it is served as it is. The import map in index.html
// gives it its name; a bundler would have nothing to do.
mkdirSync(`${here}public/js/vendor`, { recursive: true });
copyFileSync(`${here}node_modules/openapi-fetch/dist/index.mjs`, `${here}public/js/vendor/openapi-fetch.js`);
