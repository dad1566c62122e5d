import { api, type Schema } from "../api/client.js";
import { makePasskey, usePasskey } from "../api/passkeys.js";
import { ask, noPasskey, type Outcome, type Problem } from "../api/problems.js";
import { keepTokens } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { CODE_FIELDS, FACTOR_FIELDS } from "../forms/people.js";
import { h, link } from "../page/dom.js";

type Kind = Schema<"SessionTokens">["second_factors"][number];

/**
 * Ways to prove the second factor in this session: one field for codes of the app and recovery codes, which the API
 * tells apart, and a button for passkeys. Without `kinds`, nobody knows which the person has: show both.
 */
export function drawProof(kinds: readonly Kind[] | undefined, done: () => void): Node[] {
  const keep = (outcome: Outcome<Schema<"SessionTokens">>): Problem | undefined => {
    if (!outcome.ok) {
      return outcome.problem;
    }
    keepTokens(outcome.data);
    done();
    return undefined;
  };
  const codes = drawForm({
    name: "code",
    fields: { code: { ...CODE_FIELDS.code, hint: "Six digits from your app, or one of your recovery codes." } },
    button: "Confirm the code",
    send: async ({ code }) =>
      keep(await ask(api.POST("/v1/sessions/current/code-verifications", { body: { code: String(code ?? "") } }))),
  });
  const passkeys = drawForm({
    name: "passkey",
    fields: {},
    button: "Use a passkey",
    send: async () => {
      const options = await ask(api.POST("/v1/sessions/current/passkey-challenges"));
      if (!options.ok) {
        return options.problem;
      }
      const body = await usePasskey(options.data);
      return body ? keep(await ask(api.POST("/v1/sessions/current/passkey-verifications", { body }))) : noPasskey();
    },
  });
  const has = (kind: Kind): boolean => kinds === undefined || kinds.includes(kind);
  return [
    ...(has("totp") || has("recovery_code") ? [codes.element] : []),
    ...(has("passkey") ? [passkeys.element] : []),
  ];
}

/** Add an authenticator app or a passkey. `added` gets the recovery codes, which only the first factor brings. */
export function drawEnrolment(added: (recoveryCodes: readonly string[]) => void | Promise<void>): HTMLElement {
  const choice = h("div", {});
  const keep = async (outcome: Outcome<Schema<"SecondFactorAdded">>): Promise<Problem | undefined> => {
    if (!outcome.ok) {
      return outcome.problem;
    }
    keepTokens(outcome.data.session);
    await added(outcome.data.recovery_codes ?? []);
    return undefined;
  };
  const app = drawForm({
    name: "app",
    fields: FACTOR_FIELDS,
    button: "Add an authenticator app",
    send: async ({ name }) => {
      const outcome = await ask(api.POST("/v1/me/second-factors/totp", { body: { name: String(name ?? "") } }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      choice.replaceChildren(...drawSecret(outcome.data), confirmation.element);
      return undefined;
    },
  });
  const confirmation = drawForm({
    name: "app-code",
    fields: CODE_FIELDS,
    button: "Confirm the app",
    send: async ({ code }) =>
      keep(await ask(api.POST("/v1/me/second-factors/totp/confirmation", { body: { code: String(code ?? "") } }))),
  });
  const passkey = drawForm({
    name: "new-passkey",
    fields: FACTOR_FIELDS,
    button: "Add a passkey",
    send: async ({ name }) => {
      const options = await ask(api.POST("/v1/me/second-factors/passkey-registrations"));
      if (!options.ok) {
        return options.problem;
      }
      const body = await makePasskey(options.data, String(name ?? ""));
      return body ? keep(await ask(api.POST("/v1/me/second-factors/passkeys", { body }))) : noPasskey();
    },
  });
  choice.append(
    h("h2", {}, "An app on your phone"),
    app.element,
    h("h2", {}, "A passkey"),
    h("p", {}, "Your device, your browser or a security key keeps it."),
    passkey.element,
  );
  return choice;
}

/** A real front end also draws `otpauth_uri` as a QR code, in the browser: the secret goes to no other service. */
function drawSecret({ secret, otpauth_uri: uri }: Schema<"TotpEnrolment">): Node[] {
  const grouped = secret.match(/.{1,4}/g)?.join(" ") ?? secret;
  return [
    h("p", {}, "Type this key into the app, or ", link(uri, "open it in the app on this device"), "."),
    h("p", { class: "secret" }, grouped),
    h("p", {}, "Then enter the six digits that the app shows."),
  ];
}

export function drawRecoveryCodes(codes: readonly string[]): Node[] {
  return [
    h("p", {}, "Each of these codes replaces your device once, if you lose it. They are not shown again: print them."),
    h("ul", { class: "plain secret" }, ...codes.map((code) => h("li", {}, code))),
  ];
}
