import { owedFactors, signIn } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { SIGN_IN_FIELDS } from "../forms/people.js";
import { drawProof } from "../views/second-factor.js";
import { askInDialog } from "./dialog.js";
import { h } from "./dom.js";

/**
 * Ask a person whose session has ended to sign in again, in a dialog on top of the page. Their input is kept, and the
 * refused request is retried. Resolves to false if they cancel.
 */
export function signInAgain(): Promise<boolean> {
  const words = "Sign in again to continue. Your answers are still here.";
  return askInDialog("Your session has ended", words, (done) => {
    const steps = h("div", {});
    const form = drawForm({
      name: "again",
      fields: SIGN_IN_FIELDS,
      button: "Sign in",
      send: async ({ email, password }) => {
        const outcome = await signIn(String(email ?? ""), String(password ?? ""));
        if (!outcome.ok) {
          return outcome.problem;
        }
        if (owedFactors() === undefined) {
          done();
        } else {
          steps.replaceChildren(...drawProof(owedFactors(), done));
        }
        return undefined;
      },
    });
    steps.append(form.element);
    return [steps];
  });
}
