import type { Field, Fields } from "../forms/fields.js";
import { difference, isBlank, isSame, isValues, patched, type Json, type Values } from "../forms/values.js";
import { h } from "../page/dom.js";

interface Versions {
  /** The version that the person started from, their own, and the one that someone else has saved. */
  readonly base: Values;
  readonly mine: Values;
  readonly theirs: Values;
}

/**
 * Tell a person that someone else has saved the same page, and show the changes. They can put their own changes on top,
 * which loses none of their input, or go on editing. Resolves to the merged answers, or undefined.
 */
export function merge(fields: Fields, { base, mine, theirs }: Versions): Promise<Values | undefined> {
  const patch = difference(base, mine);
  const changedByThem = Object.keys(difference(base, theirs));
  const changedByBoth = changedByThem.filter((name) => name in patch && !isSame(mine[name], theirs[name]));
  const rows = changedByThem.map((name) => describe(fields[name], name, mine, theirs, changedByBoth.includes(name)));
  return new Promise((resolve) => {
    const take = h("button", { type: "button", click: () => dialog.close("merge") }, "Load theirs, keep my changes");
    const dialog = h(
      "dialog",
      { "aria-labelledby": "stale-heading" },
      h("h2", { id: "stale-heading" }, "Someone else has saved this page"),
      h("p", {}, "They saved while you were editing, so your changes are not saved yet. None of them is lost."),
      changedByThem.length > 0 ? h("ul", {}, ...rows) : h("p", {}, "They changed none of the answers."),
      take,
      h("button", { type: "button", class: "secondary", click: () => dialog.close() }, "Keep editing"),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "merge" ? patched(theirs, patch) : undefined);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function describe(field: Field | undefined, name: string, mine: Values, theirs: Values, both: boolean): HTMLElement {
  return h(
    "li",
    {},
    h("strong", {}, field?.label ?? name),
    h("br"),
    `Theirs: ${inWords(field, theirs[name])}`,
    ...(both ? [h("br"), `Yours, which would replace theirs: ${inWords(field, mine[name])}`] : []),
  );
}

function inWords(field: Field | undefined, value: Json | undefined): string {
  if (value === undefined || isBlank(value)) {
    return "not answered";
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  const choices = field && "choices" in field ? field.choices : [];
  const label = (key: Json): string => choices.find((choice) => choice.key === key)?.label ?? String(key);
  if (Array.isArray(value)) {
    return field?.kind === "list" ? `${value.length} in the list` : value.map(label).join(", ");
  }
  return isValues(value) ? Object.values(value).filter((part) => !isBlank(part)).map(label).join(", ") : label(value);
}
