import type { Field, Fields } from "../forms/fields.js";
import { difference, isBlank, isSame, isValues, patched, type Json, type Values } from "../forms/values.js";
import { h } from "../page/dom.js";

interface Versions {
  /** What the person began with, what they have made of it, and what somebody else has saved meanwhile. */
  readonly base: Values;
  readonly mine: Values;
  readonly theirs: Values;
}

/**
 * Tell a person that somebody else has saved the same page, and what. They can have their own answers put on top of
 * the other's, where nothing that they typed is lost, or go on as it is. Answers the merged form, or undefined.
 */
export function merge(fields: Fields, { base, mine, theirs }: Versions): Promise<Values | undefined> {
  const patch = difference(base, mine);
  const changedByThem = Object.keys(difference(base, theirs));
  const changedByBoth = changedByThem.filter((name) => name in patch && !isSame(mine[name], theirs[name]));
  const rows = changedByThem.map((name) => describe(fields[name], name, mine, theirs, changedByBoth.includes(name)));
  return new Promise((resolve) => {
    const take = h("button", { type: "button", click: () => dialog.close("merge") }, "Load theirs and put mine on top");
    const dialog = h(
      "dialog",
      { "aria-labelledby": "stale-heading" },
      h("h2", { id: "stale-heading" }, "Somebody else has saved this page"),
      h("p", {}, "They saved while you were filling it in, so your answers are not saved yet. None of them is lost."),
      changedByThem.length > 0 ? h("ul", {}, ...rows) : h("p", {}, "Their answers are the ones that you began with."),
      take,
      h("button", { type: "button", class: "secondary", click: () => dialog.close() }, "Go on without"),
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
    ...(both ? [h("br"), `Yours, which would replace it: ${inWords(field, mine[name])}`] : []),
  );
}

/** An answer in a few words. */
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
