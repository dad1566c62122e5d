import type { Schema } from "../api/client.js";
import { day, h } from "../page/dom.js";
import { addressOf } from "../page/router.js";
import { appointment } from "../page/times.js";
import type { Case } from "./case.js";

type Code = Schema<"NextStep">;

/** Where each next step is taken: the page of the application, or one of the centre. Waiting has no page. */
const PAGES: Partial<Record<Code, { readonly page: string; readonly button: string }>> = {
  add_contacts: { page: "/contacts", button: "Add contacts" },
  complete_application: { page: "", button: "Go on with the application" },
  answer_return: { page: "returned", button: "Answer our questions" },
  submit_application: { page: "", button: "Look through and submit" },
  pay_invoice: { page: "invoice", button: "See the invoice" },
  pay_invoice_again: { page: "invoice", button: "See the invoice" },
  complete_actions: { page: "decision", button: "See the actions" },
  enjoy_recognition: { page: "/recognition", button: "Certificate and welcome pack" },
};

/** What the centre has to do now, with the day by which, and the way to it. */
export function drawNext(home: Schema<"CentreHome">, found: Case, buttons: readonly Node[]): HTMLElement {
  const { application, next_step: sentence, next_step_code: code } = home;
  const place = PAGES[code];
  const lines = [dateOf(home, found), ...interviewOf(found)].filter((line) => line !== null);
  const isAboutCentre = place?.page.startsWith("/") ?? false;
  const to = isAboutCentre ? place?.page : [`/applications/${application?.id ?? ""}`, place?.page].filter(Boolean).join("/");
  const way = h("p", {}, h("a", { class: "button", href: addressOf(to ?? "/") }, place?.button ?? ""));
  return h(
    "section",
    { class: "next", "aria-labelledby": "next" },
    h("h2", { id: "next" }, "What to do now"),
    h("p", { class: "lead" }, sentence),
    ...warningOf(application),
    ...lines.map((line) => h("p", {}, h("strong", {}, line))),
    place && (isAboutCentre || application) ? way : null,
    ...buttons,
  );
}

function dateOf({ application, returned, invoice, next_step_code: code }: Schema<"CentreHome">, found: Case): string | null {
  switch (code) {
    case "answer_return":
      return by(returned?.answer_by ?? null);
    case "pay_invoice":
    case "pay_invoice_again":
      return by(invoice?.due_on ?? null);
    case "complete_actions":
      return by(found.actions.filter(({ status }) => status === "open").map((action) => action.due_on).sort()[0] ?? null);
    default: {
      const until = application?.late === false ? application.due_on : null;
      return until === null ? null : `We aim to do this by ${day(until)}.`;
    }
  }
}

/** Staff have warned that they will close what stands still. Any work on the application takes that back. */
function warningOf(application: Schema<"ApplicationSummary"> | null): Node[] {
  const { closing = null, closed_at: closed = null } = application ?? {};
  if (closing === null || closing.closable_from === null || closed !== null) {
    return [];
  }
  const words = `We close the application from ${day(closing.closable_from)} unless you go on with it.`;
  return [h("p", {}, h("strong", {}, words)), ...(closing.reason === null ? [] : [h("p", {}, closing.reason)])];
}

function by(date: string | null): string | null {
  return date === null ? null : `By ${day(date)}`;
}

/** An interview that is arranged is told before anything else that the centre waits for. */
function interviewOf({ interviews }: Case): string[] {
  const next = interviews.find(({ status }) => status === "arranged");
  return next ? [`Interview: ${appointment(next.starts_at, next.ends_at).uk}`] : [];
}
