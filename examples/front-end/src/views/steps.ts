import type { Schema } from "../api/client.js";
import { h } from "../page/dom.js";
import { addressOf } from "../page/router.js";

type Name = Schema<"StepName">;

/** The steps that this front end has a page for. */
const PAGES: Partial<Record<Name, string>> = { submit: "submit", withdraw: "withdraw" };

/**
 * Draw the steps from the API's lists of allowed steps and of blocked ones with their reasons. The front end knows no
 * rules of the process, so it need not change with them.
 */
export function drawSteps({ id, allowed_steps: allowed, blocked_steps: blocked }: Schema<"Application">): Node[] {
  const open = allowed.flatMap(({ name, label }) => {
    const href = addressOf(`/applications/${id}/${PAGES[name] ?? ""}`);
    return name in PAGES ? [h("p", {}, h("a", { href, class: name === "submit" ? "button" : undefined }, label))] : [];
  });
  const closed = blocked.flatMap(({ name, label, reason }) => {
    const [button, why] = [`step-${name}`, `step-${name}-blocked`];
    const attributes = { type: "button", id: button, "aria-disabled": "true", "aria-describedby": why };
    return name in PAGES ? [h("p", {}, h("button", attributes, label)), h("p", { id: why, class: "hint" }, reason)] : [];
  });
  return [...closed, ...open];
}
