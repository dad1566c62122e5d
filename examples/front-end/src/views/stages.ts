import type { Schema } from "../api/client.js";
import { h } from "../page/dom.js";
import type { Line } from "./case.js";

/**
 * The stages of the process as the API lists them, with the current one marked and each line about the application in
 * the stage of its status.
 */
export function drawStages(
  process: Schema<"Process">,
  home: Schema<"CentreHome">,
  form: Node | null,
  lines: readonly Line[],
): HTMLElement {
  const { application } = home;
  const stageOf = (status: Schema<"Status">): number => process.statuses.find(({ key }) => key === status)?.stage ?? 0;
  // Before the application is started, the centre is where applications begin.
  const first = process.stages.find(({ statuses }) => statuses.length > 0)?.number ?? 0;
  const now = application === null ? first : stageOf(application.status);
  const isOver = process.statuses.some(({ key, final }) => final && key === application?.status);
  // An application that ended without recognition need not have gone through every stage before the last.
  const cameThrough = !isOver || home.recognition !== null;

  function stateOf(stage: number): string {
    if (stage === now) {
      return `● Now: ${application?.status_for_centre ?? "Not started"}`;
    }
    return stage > now ? "○ To come" : cameThrough ? "✓ Done" : "";
  }

  function draw({ number, title }: Schema<"ProcessStage">): HTMLElement {
    const inside = lines.filter(([status]) => stageOf(status) === number).map(([, line]) => line);
    const state = stateOf(number);
    return h(
      "li",
      number === now ? { "aria-current": "step" } : {},
      h("h3", {}, `Stage ${number}: ${title}`),
      state === "" ? null : h("p", { class: "state" }, state),
      number === stageOf("draft") ? form : null,
      inside.length > 0 ? h("ul", { class: "plain" }, ...inside) : null,
    );
  }

  return h("ol", { class: "stages" }, ...process.stages.map(draw));
}
