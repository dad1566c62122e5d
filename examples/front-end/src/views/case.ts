import { api, type Schema } from "../api/client.js";
import { read } from "../api/problems.js";
import { counted, day, h, link, money, moment, spoken } from "../page/dom.js";
import { addressOf } from "../page/router.js";
import { appointment } from "../page/times.js";
import { INTERVIEW_STATES } from "./interview.js";

/** What follows the form of an application: interviews, decisions and actions, each list empty until there is one. */
export interface Case {
  readonly interviews: readonly Schema<"Interview">[];
  readonly decisions: readonly Schema<"Decision">[];
  readonly actions: readonly Schema<"Action">[];
}

export const NOTHING_YET: Case = { interviews: [], decisions: [], actions: [] };

export async function readCase(id: string): Promise<Case> {
  const params = { path: { application_id: id } };
  const [interviews, decisions, actions] = await Promise.all([
    read(api.GET("/v1/applications/{application_id}/interviews", { params })),
    read(api.GET("/v1/applications/{application_id}/decisions", { params })),
    read(api.GET("/v1/applications/{application_id}/actions", { params })),
  ]);
  return { interviews: interviews.items, decisions: decisions.items, actions: actions.items };
}

/** Lines about an application, each with the status whose stage it belongs to. */
export type Line = readonly [Schema<"Status">, Node];

/** What the centre can open beside the form, in the order of the process. */
export function linesOf(home: Schema<"CentreHome">, { interviews, decisions, actions }: Case): Line[] {
  const { application, returned, invoice, recognition } = home;
  if (application === null) {
    return [];
  }
  const page = (name: string): string => addressOf(`/applications/${application.id}/${name}`);
  const lines: [Schema<"Status">, readonly (Node | string)[]][] = [];
  if (application.submitted_at !== null) {
    lines.push(["submitted", [`Last submitted on ${moment(application.submitted_at)}`]]);
  }
  if (returned !== null) {
    const items = counted(returned.unanswered, "item");
    lines.push(["returned", [link(page("returned"), "Our questions"), `: ${items} to answer`]]);
  }
  if (invoice !== null) {
    const name = `Invoice ${invoice.number}`;
    lines.push(["awaiting_payment", [link(page("invoice"), name), `: ${standing(invoice)}`]]);
  }
  const interview = interviews.at(-1);
  if (interview) {
    lines.push(["in_review", [link(page("interview"), "Interview"), `: ${whenOf(interview)}`]]);
  }
  const decision = decisions.at(-1);
  if (decision) {
    lines.push(["awaiting_decision", [link(page("decision"), "Decision"), `: ${day(decision.decided_at)}`]]);
  }
  if (actions.length > 0) {
    const closed = actions.filter(({ status }) => status === "closed").length;
    lines.push(["accepted_with_actions", [link(page("decision"), "Actions"), `: ${closed} of ${actions.length} closed`]]);
  }
  if (recognition !== null) {
    const words = "Certificate and welcome pack";
    lines.push(["accepted", [link(addressOf("/recognition"), words), `: ${recognition.number}`]]);
  }
  return lines.map(([status, words]) => [status, h("li", {}, ...words)]);
}

function standing({ due, due_on: until, overdue, total }: Schema<"HomeInvoice">): string {
  if (due.amount === 0) {
    return `${money(total)}, nothing is due`;
  }
  return overdue ? `${money(due)} was due by ${day(until)}` : `${money(due)} is due by ${day(until)}`;
}

function whenOf({ status, starts_at: start, ends_at: end }: Schema<"Interview">): string {
  return status === "arranged" ? appointment(start, end).uk : (INTERVIEW_STATES[status] ?? spoken(status));
}
