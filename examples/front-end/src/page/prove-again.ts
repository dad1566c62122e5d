import { api } from "../api/client.js";
import { ask, type Problem } from "../api/problems.js";
import { keepTokens } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { PASSWORD_FIELDS } from "../forms/people.js";
import { drawProof } from "../views/second-factor.js";
import { askInDialog } from "./dialog.js";

/**
 * Ask for a fresh proof before a sensitive change, in a dialog on top of the page. The problem says which: `prove` is
 * `password` only for somebody without a second factor. Resolves to false if the person cancels.
 */
export function proveAgain(problem: Problem): Promise<boolean> {
  const asksForPassword = "prove" in problem && problem.prove === "password";
  return askInDialog("Confirm that it is you", problem.detail, (done) =>
    asksForPassword ? [drawPassword(done)] : drawProof(undefined, done),
  );
}

function drawPassword(done: () => void): HTMLElement {
  return drawForm({
    name: "prove",
    fields: PASSWORD_FIELDS,
    button: "Confirm",
    send: async ({ password }) => {
      const body = { password: String(password ?? "") };
      const outcome = await ask(api.POST("/v1/sessions/current/password-verifications", { body }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      keepTokens(outcome.data);
      done();
      return undefined;
    },
  }).element;
}
