import { api } from "../api/client.js";
import { ask, type Problem } from "../api/problems.js";
import { keepTokens, mustChangePassword, owedFactors, signIn } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import { NEW_PASSWORD_FIELDS, SIGN_IN_FIELDS } from "../forms/people.js";
import { h, link } from "../page/dom.js";
import { addressOf, goTo, type View } from "../page/router.js";
import { showStep } from "../page/steps.js";
import { drawEnrolment, drawProof, drawRecoveryCodes } from "./second-factor.js";

/**
 * Sign in. With a first password, the person must choose a new one (R06); then prove their second factor, or add one
 * if they need it. After each step the tokens say what the session still owes.
 */
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
      goOn(page, next, String(password));
      return undefined;
    },
  });
  const forgotten = h("p", {}, link(addressOf("/forgot-password"), "I have forgotten my password"));
  page.append(h("h1", {}, "Sign in"), form.element, forgotten);
  return { title: "Sign in", content: [page] };
}

function goOn(page: HTMLElement, next: string, first: string): void {
  const owed = owedFactors();
  if (mustChangePassword()) {
    showStep(page, "Choose a password", ...choosePassword(page, first, next));
  } else if (owed === undefined) {
    goTo(next);
  } else if (owed.length > 0) {
    const words = "Your account has a second factor. Confirm it to continue.";
    showStep(page, "Confirm that it is you", h("p", {}, words), ...drawProof(owed, () => goTo(next)));
  } else {
    const words = "Your account needs a second factor. Add one to continue.";
    showStep(page, "Add a second factor", h("p", {}, words), drawEnrolment(showCodes));
  }

  function showCodes(codes: readonly string[]): void {
    const button = h("button", { type: "button", click: () => goTo(next) }, "I have kept the codes: continue");
    showStep(page, "Your recovery codes", ...drawRecoveryCodes(codes), button);
  }
}

/** Reuse the first password from the sign-in, so that nobody has to copy it from the email twice. */
function choosePassword(page: HTMLElement, first: string, next: string): Node[] {
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
      goOn(page, next, "");
      return undefined;
    },
  });
  return [
    h("p", {}, "You signed in with the password from our email. Choose your own before you continue."),
    form.element,
  ];
}
