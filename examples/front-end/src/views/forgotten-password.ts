import { api } from "../api/client.js";
import { ask } from "../api/problems.js";
import { forgetTokens } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { NEW_PASSWORD_FIELDS, SIGN_IN_FIELDS } from "../forms/people.js";
import { h, link } from "../page/dom.js";
import { letterToken } from "../page/letter-links.js";
import { addressOf, type View } from "../page/router.js";
import { showStep } from "../page/steps.js";

/** Ask for the letter. The answer is the same for every address. */
export function forgotPasswordView(): View {
  const page = h("div", { class: "narrow-page" });
  const form = drawForm({
    name: "forgotten",
    fields: { email: SIGN_IN_FIELDS.email },
    button: "Send me an email",
    send: async ({ email }) => {
      const outcome = await ask(api.POST("/v1/password-resets", { body: { email: String(email ?? "") } }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      showStep(page, "Look into your mailbox", h("p", {}, outcome.data.message));
      return undefined;
    },
  });
  page.append(h("h1", {}, "Reset your password"), form.element);
  return { title: "Reset your password", content: [page] };
}

/** Opened by the link in that letter. */
export function resetPasswordView(): View {
  const page = h("div", { class: "narrow-page" });
  const form = drawForm({
    name: "reset",
    fields: NEW_PASSWORD_FIELDS,
    button: "Set the password",
    send: async ({ new_password: chosen }) => {
      const body = { token: letterToken(), new_password: String(chosen ?? "") };
      const outcome = await ask(api.POST("/v1/password-resets/completion", { body }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      forgetTokens();
      showStep(page, "Your password is changed", h("p", {}, link(addressOf("/sign-in"), "Sign in")));
      return undefined;
    },
  });
  page.append(h("h1", {}, "Choose a new password"), form.element);
  return { title: "Choose a new password", content: [page] };
}
