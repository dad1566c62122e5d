// Serve public/ on this machine. Two environment variables: PORT, and API_ADDRESS for the address of the API. The page
// reads that address from /config.json, so one build works with any API.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("public", import.meta.url));
const apiAddress = new URL(process.env.API_ADDRESS ?? "http://127.0.0.1:8000").origin;
const port = Number(process.env.PORT ?? 5173);

const mediaTypes = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

// Where links in letters lead to. What follows them, the token behind "#", stays in the browser.
const letterPages = new Set(["/invitation", "/confirm-email", "/cancel-email-change", "/reset-password"]);

// The import map is the only inline script. Hash it from the file, so that the policy needs no 'unsafe-inline' and
// stays right when the map changes.
const importMap = /<script type="importmap">([^]*?)<\/script>/.exec(readFileSync(join(folder, "index.html"), "utf8"));
const importMapHash = createHash("sha256").update(importMap?.[1] ?? "").digest("base64");

const headers = {
  // The page holds a session, so it runs only its own scripts and connects only to the API.
  "Content-Security-Policy": [
    "default-src 'none'",
    `script-src 'self' 'sha256-${importMapHash}'`,
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${apiAddress}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-cache",
};

async function answer(path) {
  if (path === "/config.json") {
    return { type: "application/json", body: JSON.stringify({ apiAddress }) };
  }
  if (letterPages.has(path)) {
    return answer("/");
  }
  // normalize() resolves every "..", and the path starts with "/", so no request can leave the folder.
  const file = normalize(path === "/" ? "/index.html" : path);
  const type = mediaTypes[extname(file)];
  return type ? { type, body: await readFile(join(folder, file)) } : undefined;
}

const server = createServer(async (request, response) => {
  try {
    const found = await answer(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    if (found) {
      response.writeHead(200, { ...headers, "Content-Type": found.type }).end(found.body);
      return;
    }
  } catch {
    // A missing file or a path that cannot be decoded: 404.
  }
  response.writeHead(404, { ...headers, "Content-Type": "text/plain; charset=utf-8" }).end("Not found\n");
});

server.listen(port, "127.0.0.1", () => {
  console.log(`The example is at http://127.0.0.1:${server.address().port}, and talks to the API at ${apiAddress}.`);
  console.log(`Start the API with CORS_ORIGINS=http://127.0.0.1:${server.address().port}`);
});
