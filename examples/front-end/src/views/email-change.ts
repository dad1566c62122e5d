import { api } from "../api/client.js";
import { ask } from "../api/problems.js";
import { forgetTokens } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { PASSWORD_FIELDS } from "../forms/people.js";
import { h, link } from "../page/dom.js";
import { letterToken } from "../page/letter-links.js";
import { addressOf, type View } from "../page/router.js";
import { showStep } from "../page/steps.js";

/** Opened by the link in the letter to the new address. Programs that follow links in mail press no button. */
export function confirmEmailView(): View {
  const page = h("div", { class: "narrow-page" });
  const form = drawForm({
    name: "confirm",
    fields: PASSWORD_FIELDS,
    button: "Confirm the new address",
    send: async ({ password }) => {
      const body = { token: letterToken(), password: String(password ?? "") };
      const outcome = await ask(api.POST("/v1/email-changes/confirmation", { body }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      // Every session has ended, that of this tab included.
      forgetTokens();
      const words = "You have been signed out everywhere. Sign in with the new address.";
      showStep(page, "Your address is changed", h("p", {}, words), h("p", {}, link(addressOf("/sign-in"), "Sign in")));
      return undefined;
    },
  });
  const words = "Enter your password to sign in with this address from now on.";
  page.append(h("h1", {}, "Confirm your new email address"), h("p", {}, words), form.element);
  return { title: "Confirm your new email address", content: [page] };
}

/** Opened by the link in the notice to the old address. */
export function cancelEmailChangeView(): View {
  const page = h("div", { class: "narrow-page" });
  const form = drawForm({
    name: "cancel",
    fields: {},
    button: "Cancel the change",
    send: async () => {
      const outcome = await ask(api.POST("/v1/email-changes/cancellation", { body: { token: letterToken() } }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      forgetTokens();
      showStep(
        page,
        "The change is cancelled",
        h("p", {}, "Your address stays as it was, and everybody has been signed out of your account."),
        h("p", {}, "If you did not ask for the change, ", link(addressOf("/forgot-password"), "reset your password"), " now."),
      );
      return undefined;
    },
  });
  const words = "Somebody who was signed in to your account asked to change its email address.";
  page.append(h("h1", {}, "Cancel the change of address"), h("p", {}, words), form.element);
  return { title: "Cancel the change of address", content: [page] };
}
