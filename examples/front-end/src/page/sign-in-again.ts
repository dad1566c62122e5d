import { signIn } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { SIGN_IN_FIELDS } from "../forms/people.js";
import { h } from "./dom.js";

/**
 * Ask a person whose session has ended to sign in again, in a dialog on top of the page. Their input is kept, and the
 * refused request is retried. Resolves to false if they cancel.
 */
export function signInAgain(): Promise<boolean> {
  return new Promise((resolve) => {
    const form = drawForm({
      name: "again",
      fields: SIGN_IN_FIELDS,
      button: "Sign in",
      send: async ({ email, password }) => {
        const outcome = await signIn(String(email ?? ""), String(password ?? ""));
        if (outcome.ok) {
          dialog.close("signed in");
          return undefined;
        }
        return outcome.problem;
      },
    });
    const dialog = h(
      "dialog",
      { "aria-labelledby": "again-heading" },
      h("h2", { id: "again-heading" }, "Your session has ended"),
      h("p", {}, "Sign in again to continue. Your answers are still here."),
      form.element,
      h("button", { type: "button", class: "secondary", click: () => dialog.close() }, "Cancel"),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "signed in");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
