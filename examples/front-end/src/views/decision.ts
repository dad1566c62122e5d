import { api, type Schema } from "../api/client.js";
import { read } from "../api/problems.js";
import { readApplication } from "../api/reading.js";
import { h, link, moment } from "../page/dom.js";
import { backToApplication } from "../page/places.js";
import { addressOf, type View } from "../page/router.js";
import { drawAction } from "./action.js";

/** The decision with its reasons, and the actions that the centre must carry out (R21, R23). */
export async function decisionView(id: string): Promise<View> {
  const params = { path: { application_id: id } };
  const [application, { items: decisions }, { items: actions }] = await Promise.all([
    readApplication(id),
    read(api.GET("/v1/applications/{application_id}/decisions", { params })),
    read(api.GET("/v1/applications/{application_id}/actions", { params })),
  ]);
  const decision = decisions.at(-1);
  return {
    title: "Decision",
    content: [
      backToApplication(id),
      h("h1", {}, "Decision"),
      ...(decision ? drawDecision(application, decision) : [h("p", {}, "No decision has been made yet.")]),
      ...(actions.length > 0 ? [h("h2", {}, "Actions"), ...actions.map(drawAction)] : []),
      ...(application.closed_at === null ? [] : [h("p", {}, link(addressOf("/"), "Home: what comes next"))]),
    ],
  };
}

function drawDecision({ status_for_centre: outcome }: Schema<"Application">, decision: Schema<"Decision">): Node[] {
  const reasons = decision.reasons.split(/\n{2,}/).map((words) => h("p", {}, words));
  return [
    h("p", {}, h("strong", { class: "status" }, outcome), `, ${moment(decision.decided_at)}`),
    h("h2", {}, "Reasons"),
    ...reasons,
    h("p", { class: "hint" }, decision.decided_by_name),
  ];
}
