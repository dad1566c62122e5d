import { api } from "../api/client.js";
import { ask, type Problem } from "../api/problems.js";
import { keepTokens, mustChangePassword, signIn } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { NEW_PASSWORD_FIELDS, SIGN_IN_FIELDS } from "../forms/people.js";
import { h } from "../page/dom.js";
import { focusHeading, goTo, type View } from "../page/router.js";

/** Sign in. With a first password, the person must choose a new one (R06). */
export function signInView(next: string): View {
  const page = h("div", { class: "narrow-page" });
  const form = drawForm({
    name: "sign-in",
    fields: SIGN_IN_FIELDS,
    button: "Sign in",
    send: async ({ email, password }) => {
      const outcome = await signIn(String(email ?? ""), String(password ?? ""));
      if (!outcome.ok) {
        return outcome.problem;
      }
      if (mustChangePassword()) {
        page.replaceChildren(...choosePassword(String(password), next));
        document.title = "Choose a password – Centre recognition";
        focusHeading(page);
      } else {
        goTo(next);
      }
      return undefined;
    },
  });
  page.append(h("h1", {}, "Sign in"), form.element);
  return { title: "Sign in", content: [page] };
}

/** Reuse the first password from the sign-in, so that nobody has to copy it from the email twice. */
function choosePassword(first: string, next: string): Node[] {
  const form = drawForm({
    name: "password",
    fields: NEW_PASSWORD_FIELDS,
    button: "Set the password and continue",
    send: async ({ new_password: chosen }): Promise<Problem | undefined> => {
      const outcome = await ask(
        api.PUT("/v1/me/password", { body: { current_password: first, new_password: String(chosen ?? "") } }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      keepTokens(outcome.data);
      goTo(next);
      return undefined;
    },
  });
  return [
    h("h1", {}, "Choose a password"),
    h("p", {}, "You signed in with the password from our email. Choose your own before you continue."),
    form.element,
  ];
}
