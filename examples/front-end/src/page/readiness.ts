import { readReadiness } from "../api/reading.js";
import { announce } from "./announce.js";
import { h, link } from "./dom.js";
import { placeOf, type Missing } from "./places.js";
import { addressOf } from "./router.js";

export interface ReadinessPanel {
  readonly element: HTMLElement;
  /** Update the panel after a change. Announces `done` first. */
  readonly refresh: (done: string) => Promise<void>;
}

/**
 * List what is missing before the application can be submitted, with links to the fields.
 *
 * The API applies the rules of the submission, so this front end needs none. `here` selects the items of the current
 * view; the panel always shows the total.
 */
export async function drawReadiness(id: string, here: (item: Missing) => boolean): Promise<ReadinessPanel> {
  const heading = h("h2", { id: "missing" });
  const list = h("div", {});
  const element = h("aside", { class: "readiness", "aria-labelledby": "missing" }, heading, list);

  async function show(): Promise<number> {
    const { missing } = await readReadiness(id);
    const inView = missing.filter(here);
    heading.textContent = inView.length === missing.length ? counted(missing.length) : "What is missing here";
    const rest = missing.length - inView.length;
    const nothing = missing.length > 0 ? "✓ Nothing is missing here." : "✓ It can be submitted.";
    list.replaceChildren(
      inView.length > 0 ? linksTo(id, inView) : h("p", { class: "done" }, nothing),
      rest > 0 ? h("p", {}, link(addressOf(`/applications/${id}`), `${things(rest)} missing elsewhere`)) : "",
    );
    return missing.length;
  }

  await show();
  return {
    element,
    refresh: async (done) => {
      const left = await show();
      announce(`${done} ${counted(left)}.`);
    },
  };
}

/** A list of missing items, each a link to its field. */
export function linksTo(id: string, missing: readonly Missing[]): HTMLElement {
  return h("ul", {}, ...missing.map((item) => h("li", {}, link(placeOf(id, item), item.message))));
}

function counted(missing: number): string {
  return missing === 0 ? "Nothing is missing" : `${things(missing)} missing`;
}

function things(count: number): string {
  return count === 1 ? "1 thing is" : `${count} things are`;
}
