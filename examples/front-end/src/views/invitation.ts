import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { isSignedIn } from "../api/session.js";
import { drawForm } from "../forms/form.js";
import type { FieldsOf } from "../forms/fields.js";
import { NEW_PASSWORD_FIELDS } from "../forms/people.js";
import { answered } from "../forms/values.js";
import { h, link, moment } from "../page/dom.js";
import { letterToken } from "../page/letter-links.js";
import { addressOf, type View } from "../page/router.js";
import { showStep } from "../page/steps.js";

const ROLES: Record<string, string> = { super_user: "super user", user: "user" };

/** An invitation to a centre's account, opened by the link in the letter. Nobody but its addressee accepts it (R10). */
export async function invitationView(): Promise<View> {
  const token = letterToken();
  const invitation = await read(api.POST("/v1/invitations/lookup", { body: { token } }));
  const page = h("div", { class: "narrow-page" });
  page.append(
    h("h1", {}, `Work for ${invitation.centre_name}`),
    h(
      "p",
      {},
      `${invitation.centre_name} invites ${invitation.email} to its account, as a ${ROLES[invitation.role] ?? "user"}. `,
      `The invitation expires on ${moment(invitation.expires_at)}.`,
    ),
    ...waysToAccept(page, token, invitation),
    h("button", { type: "button", class: "secondary", click: () => refuse(page, invitation) }, "No, thank you"),
  );
  return { title: "Invitation", content: [page] };
}

function waysToAccept(page: HTMLElement, token: string, invitation: Schema<"PendingInvitation">): Node[] {
  if (!invitation.has_password) {
    return [h("p", {}, "Choose a password to accept it."), drawPassword(page, token, invitation)];
  }
  if (!isSignedIn()) {
    const address = addressOf("/invitation/accept");
    return [
      h("p", {}, "You have an account already. Until you accept, the centre sees nothing of it."),
      h("p", {}, h("a", { href: address, class: "button" }, "Sign in to accept")),
    ];
  }
  const form = drawForm({
    name: "acceptance",
    fields: {},
    button: "Accept the invitation",
    send: async () => {
      const outcome = await ask(api.POST("/v1/invitations/acceptance", { body: { token } }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      const home = h("p", {}, link(addressOf("/"), "Go to your centre"));
      showStep(page, "Accepted", h("p", {}, `You can work for ${outcome.data.name} from now on.`), home);
      return undefined;
    },
  });
  return [form.element];
}

type PasswordFields = FieldsOf<Omit<Schema<"InvitationPassword">, "token">>;

/** Somebody else typed the names, so the person may correct their own. */
const ACCEPT_WITH_PASSWORD: PasswordFields = {
  first_name: { kind: "text", label: "First name", hint: "If it was misspelt.", autocomplete: "given-name", optional: true },
  last_name: { kind: "text", label: "Last name", hint: "If it was misspelt.", autocomplete: "family-name", optional: true },
  ...NEW_PASSWORD_FIELDS,
};

function drawPassword(page: HTMLElement, token: string, invitation: Schema<"PendingInvitation">): HTMLElement {
  return drawForm({
    name: "acceptance",
    fields: ACCEPT_WITH_PASSWORD,
    button: "Set the password and accept",
    send: async (values) => {
      const body = { ...answered<Omit<Schema<"InvitationPassword">, "token">>(values), token };
      const outcome = await ask(api.POST("/v1/invitations/password", { body }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      const words = `Sign in with ${invitation.email} and your new password.`;
      showStep(page, "Accepted", h("p", {}, words), h("p", {}, link(addressOf("/sign-in"), "Sign in")));
      return undefined;
    },
  }).element;
}

/** Nobody is told: an invitation that is not accepted expires. */
function refuse(page: HTMLElement, invitation: Schema<"PendingInvitation">): void {
  const words = `You have accepted nothing, and ${invitation.centre_name} is not told. You can close this page.`;
  showStep(page, "Not accepted", h("p", {}, words));
}
