import type { Schema } from "../api/client.js";
import { labelOf, readReadiness, referenceData } from "../api/reading.js";
import { announce } from "./announce.js";
import { h, link } from "./dom.js";
import { addressOf } from "./router.js";

type Missing = Schema<"MissingItem">;

const OUTSIDE_THE_FORM: Record<string, string> = { contacts: "Contacts", return_items: "Our questions" };

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

  const { details_groups: groups, sections } = await referenceData();

  async function show(): Promise<number> {
    const { missing } = await readReadiness(id);
    const inView = missing.filter(here);
    heading.textContent = inView.length === missing.length ? counted(missing.length) : "What is missing here";
    const rest = missing.length - inView.length;
    const nothing = missing.length > 0 ? "✓ Nothing is missing here." : "✓ It can be submitted.";
    list.replaceChildren(
      ...(inView.length > 0 ? drawParts(inView) : [h("p", { class: "done" }, nothing)]),
      rest > 0 ? h("p", {}, link(addressOf(`/applications/${id}`), `${things(rest)} missing elsewhere`)) : "",
    );
    return missing.length;
  }

  /** One list for each part of the form, with a heading if there are several. */
  function drawParts(items: readonly Missing[]): Node[] {
    const names = [...new Set(items.map(nameOf))];
    return names.flatMap((name) => {
      const links = items.filter((item) => nameOf(item) === name).map((item) => link(placeOf(id, item), item.message));
      return [...(names.length > 1 ? [h("h3", {}, name)] : []), h("ul", {}, ...links.map((each) => h("li", {}, each)))];
    });
  }

  function nameOf({ section, group }: Missing): string {
    return group === null ? (OUTSIDE_THE_FORM[section] ?? labelOf(sections, section)) : labelOf(groups, group);
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

function counted(missing: number): string {
  return missing === 0 ? "Nothing is missing" : `${things(missing)} missing`;
}

function things(count: number): string {
  return count === 1 ? "1 thing is" : `${count} things are`;
}

/** The address of a missing item's field. */
function placeOf(id: string, item: Missing): string {
  switch (item.section) {
    case "application":
      return addressOf(`/applications/${id}/details/${item.group ?? ""}`, item.pointer);
    case "policies_and_procedures":
      return addressOf(`/applications/${id}/policies`, item.pointer);
    case "centre_agreement":
      return addressOf(`/applications/${id}/agreement`);
    case "return_items":
      return addressOf(`/applications/${id}/returned`, item.pointer);
    default:
      return addressOf("/contacts");
  }
}
