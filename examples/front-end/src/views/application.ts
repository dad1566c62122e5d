import { api, type Schema } from "../api/client.js";
import { read } from "../api/problems.js";
import { readApplication, referenceData } from "../api/reading.js";
import { h, link, moment } from "../page/dom.js";
import { drawReadiness } from "../page/readiness.js";
import { addressOf, type View } from "../page/router.js";

const STATES: Record<Schema<"SectionState">, string> = {
  not_started: "○ Not started",
  in_progress: "◐ In progress",
  complete: "✓ Complete",
};

/** The form overview: sections with their states, missing items, and open steps (R11, R16). */
export async function applicationView(id: string): Promise<View> {
  const [application, { details_groups: groups }, timeline] = await Promise.all([
    readApplication(id),
    referenceData(),
    read(
      api.GET("/v1/applications/{application_id}/timeline", {
        params: { path: { application_id: id }, query: { order: "newest_first", limit: 10 } },
      }),
    ),
  ]);
  const isOpen = ["draft", "returned"].includes(application.status);
  const readiness = isOpen ? await drawReadiness(id, () => true) : null;
  return {
    title: `Application ${application.reference}`,
    content: [
      h("h1", {}, "Application for centre recognition"),
      h("p", {}, application.reference, " · ", h("strong", { class: "status" }, application.status_for_centre)),
      ...(application.status === "submitted" ? [submitted(application)] : []),
      h("h2", {}, "The form"),
      h("ol", { class: "sections" }, ...application.sections.map((each) => section(id, each, groups))),
      ...(application.status === "returned"
        ? [h("p", {}, link(addressOf(`/applications/${id}/returned`), "Answer our questions"))]
        : []),
      ...steps(application),
      ...(readiness ? [readiness.element] : []),
      h("h2", {}, "History"),
      h("ol", { class: "timeline" }, ...timeline.items.map(event)),
    ],
  };
}

function submitted(application: Schema<"Application">): HTMLElement {
  const { submitted_at: when, help } = application;
  return h(
    "div",
    { class: "success" },
    h("h2", {}, "Your application is submitted"),
    h("p", {}, when === null ? "" : `We received it on ${moment(when)} and are now reviewing it.`),
    h("p", {}, `Questions? ${help.team}: ${help.telephone}`),
  );
}

function section(id: string, overview: Schema<"SectionOverview">, groups: readonly Schema<"Choice">[]): HTMLElement {
  const path = `/applications/${id}`;
  const pages = {
    application: groups.map(({ key, label }) => link(addressOf(`${path}/details/${key}`), label)),
    policies_and_procedures: [link(addressOf(`${path}/policies`), "Policies and procedures")],
    centre_agreement: [link(addressOf(`${path}/agreement`), "Centre agreement")],
  }[overview.section];
  const missing = overview.missing > 0 ? `, ${overview.missing} missing` : "";
  return h(
    "li",
    {},
    h("h3", {}, overview.title),
    h("p", { class: "state" }, STATES[overview.state] + missing),
    h("ul", {}, ...pages.map((page) => h("li", {}, page))),
  );
}

/**
 * Draw the steps from the API's lists of allowed steps and of blocked ones with their reasons. The front end knows no
 * rules of the process, so it need not change with them.
 */
function steps({ id, allowed_steps: allowed, blocked_steps: blocked }: Schema<"Application">): Node[] {
  const submit = allowed.find(({ name }) => name === "submit");
  const waiting = blocked.find(({ name }) => name === "submit");
  if (submit) {
    return [h("p", {}, h("a", { href: addressOf(`/applications/${id}/submit`), class: "button" }, submit.label))];
  }
  if (waiting) {
    const button = { type: "button", "aria-disabled": "true", "aria-describedby": "blocked" };
    return [h("p", {}, h("button", button, waiting.label)), h("p", { id: "blocked", class: "hint" }, waiting.reason)];
  }
  return [];
}

function event({ summary, occurred_at: when, actor }: Schema<"TimelineEvent">): HTMLElement {
  const who = actor.name === null ? "" : ` · ${actor.name}`;
  return h("li", {}, summary, h("br"), h("span", { class: "hint" }, `${moment(when)}${who}`));
}
