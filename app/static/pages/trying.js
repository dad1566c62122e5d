// Starts Swagger UI, and takes over the access token of whoever signs in through it, so that nobody copies tokens.
"use strict";

const GIVES_TOKENS = /\/v1\/(sessions|sessions\/refresh|me\/password|password-resets\/completion)$/;
const ENDS_SESSION = /\/v1\/sessions\/current$/;
// The name of the security scheme in the contract.
const SCHEME = "session";

function tell(text) {
  document.getElementById("session").textContent = text;
}

function takeOver(response) {
  if (!response.ok) {
    return;
  }
  if (GIVES_TOKENS.test(response.url) && response.text) {
    const { access_token: token, must_change_password: limited } = JSON.parse(response.text);
    if (token) {
      ui.preauthorizeApiKey(SCHEME, token);
      tell(limited ? "Signed in with a first password: try changePassword next." : "Signed in: what you try is yours.");
    }
  } else if (response.status === 204 && ENDS_SESSION.test(response.url)) {
    ui.authActions.logout([SCHEME]);
    tell("Signed out.");
  }
}

// Swagger UI fills in whatever has an example. Every try would then carry each filter, the same request id for all, an
// idempotency key that is used already, and a version that is not the one that was read.
function withoutNeedlessExamples(contract) {
  const operations = Object.values(contract.paths).flatMap((item) => [item, ...Object.values(item)]);
  const parameters = operations.flatMap((operation) => operation.parameters ?? []);
  for (const parameter of [...parameters, ...Object.values(contract.components.parameters ?? {})]) {
    if (parameter.in !== "path" && parameter.schema) {
      delete parameter.example;
      delete parameter.examples;
      delete parameter.schema.example;
      delete parameter.schema.examples;
    }
  }
  return contract;
}

let ui;

async function start() {
  const response = await fetch("../openapi.json");
  ui = SwaggerUIBundle({
    spec: withoutNeedlessExamples(await response.json()),
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    tryItOutEnabled: true,
    // A token that outlives the tab would lie in the browser of whoever tried things on a shared machine.
    persistAuthorization: false,
    // Swagger UI would otherwise ask a validator of its maker's about the contract.
    validatorUrl: null,
    responseInterceptor(answer) {
      takeOver(answer);
      return answer;
    },
  });
}

start();
