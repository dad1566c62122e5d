import type { Schema } from "../api/client.js";
import { referenceData } from "../api/reading.js";
import { counted, h, link } from "./dom.js";
import type { Missing } from "./places.js";
import { linksTo } from "./readiness.js";
import { addressOf } from "./router.js";

const MARKS: Record<Schema<"SectionState">, string> = { not_started: "○", in_progress: "◐", complete: "✓" };

interface Part {
  readonly title: string;
  readonly address: string;
  readonly missing: readonly Missing[];
}

/**
 * The sections of the form, folded up: each says how many of its parts are complete, and holds a link to each part. What
 * a part lacks is folded up in turn. With `open`, the sections that are not complete are unfolded.
 */
export async function drawSections(
  id: string,
  sections: readonly Schema<"SectionOverview">[],
  missing: readonly Missing[],
  { open }: { readonly open: boolean },
): Promise<HTMLElement> {
  const reference = await referenceData();
  const partsOf = { application: groups, policies_and_procedures: policies, centre_agreement: agreement };

  function groups(): Part[] {
    return reference.details_groups.map(({ key, label }) => ({
      title: label,
      address: addressOf(`/applications/${id}/details/${key}`),
      missing: missing.filter(({ group }) => group === key),
    }));
  }

  function policies(): Part[] {
    const gaps = missing.filter(({ section }) => section === "policies_and_procedures");
    return reference.policies.map(({ key, letter, title }) => ({
      title: `${letter}) ${title}`,
      address: addressOf(`/applications/${id}/policies`, `/${key}`),
      missing: gaps.filter(({ pointer }) => pointer === `/${key}`),
    }));
  }

  function agreement(): Part[] {
    const gaps = missing.filter(({ section }) => section === "centre_agreement");
    return [{ title: "Centre agreement", address: addressOf(`/applications/${id}/agreement`), missing: gaps }];
  }

  function draw({ section, title, state }: Schema<"SectionOverview">): HTMLElement {
    const parts = partsOf[section]();
    const done = parts.filter((part) => part.missing.length === 0).length;
    const words = `${MARKS[state]} ${title}: ${done} of ${parts.length} complete`;
    return h(
      "details",
      { class: "section", open: open && state !== "complete" },
      h("summary", {}, words),
      h("ul", { class: "plain" }, ...parts.map((part) => h("li", {}, ...drawPart(id, part)))),
    );
  }

  const contacts = missing.filter(({ section }) => section === "contacts").length;
  const beside = ["○ ", link(addressOf("/contacts"), "Contacts"), `: ${counted(contacts, "thing")} missing`];
  return h("div", { class: "sections" }, ...sections.map(draw), contacts > 0 ? h("p", {}, ...beside) : null);
}

function drawPart(id: string, { title, address, missing }: Part): (Node | string)[] {
  const mark = h("span", { class: "state" }, missing.length === 0 ? "✓ Complete" : "");
  const gaps = h("details", {}, h("summary", {}, `${counted(missing.length, "thing")} missing`), linksTo(id, missing));
  return [link(address, title), " ", missing.length === 0 ? mark : gaps];
}
