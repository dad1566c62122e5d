import { api, type Schema } from "../api/client.js";
import { read } from "../api/problems.js";
import { readApplication, readReadiness } from "../api/reading.js";
import { h, link, moment } from "../page/dom.js";
import type { Missing } from "../page/places.js";
import { addressOf, type View } from "../page/router.js";
import { drawSections } from "../page/sections.js";
import { drawSteps } from "./steps.js";

/** The form overview: sections with what they lack, and open steps (R11, R16). */
export async function applicationView(id: string): Promise<View> {
  const [application, timeline] = await Promise.all([
    readApplication(id),
    read(
      api.GET("/v1/applications/{application_id}/timeline", {
        params: { path: { application_id: id }, query: { order: "newest_first", limit: 10 } },
      }),
    ),
  ]);
  const isOpen = ["draft", "returned"].includes(application.status);
  const missing = isOpen ? (await readReadiness(id)).missing : [];
  return {
    title: `Application ${application.reference}`,
    content: [
      h("h1", {}, "Application for centre recognition"),
      h("p", {}, application.reference, " · ", h("strong", { class: "status" }, application.status_for_centre)),
      ...(application.status === "submitted" ? [submitted(application)] : []),
      ...(application.status === "returned"
        ? [h("p", {}, link(addressOf(`/applications/${id}/returned`), "Answer our questions"))]
        : []),
      h("h2", {}, "The form"),
      ...(isOpen ? [readiness(application, missing)] : []),
      await drawSections(id, application.sections, missing, { open: true }),
      ...drawSteps(application),
      h("h2", {}, "History"),
      h("ol", { class: "timeline" }, ...timeline.items.map(event)),
    ],
  };
}

function readiness({ allowed_steps: allowed }: Schema<"Application">, missing: readonly Missing[]): HTMLElement {
  if (missing.length > 0) {
    return h("p", {}, missing.length === 1 ? "1 thing is missing." : `${missing.length} things are missing.`);
  }
  const may = allowed.some(({ name }) => name === "submit");
  return h("p", { class: "done" }, may ? "✓ Nothing is missing. It can be submitted." : "✓ Nothing is missing.");
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

function event({ summary, occurred_at: when, actor }: Schema<"TimelineEvent">): HTMLElement {
  const who = actor.name === null ? "" : ` · ${actor.name}`;
  return h("li", {}, summary, h("br"), h("span", { class: "hint" }, `${moment(when)}${who}`));
}
