import { h, type Child } from "./dom.js";
import { focusHeading } from "./router.js";

/** Show the next step of a view in its place, announced like a view of its own. */
export function showStep(page: HTMLElement, title: string, ...content: readonly Child[]): void {
  page.replaceChildren(h("h1", {}, title), ...content.filter((child) => child !== null));
  document.title = `${title} – Centre recognition`;
  focusHeading(page);
}
