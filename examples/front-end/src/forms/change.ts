import type { Outcome } from "../api/problems.js";
import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import { merge } from "../views/stale-save.js";
import type { Fields } from "./fields.js";
import { drawForm } from "./form.js";
import { difference, isSame, type Values } from "./values.js";

interface Options<Entry extends { readonly etag: string }> {
  /** Makes the ids of several forms on one page unique. */
  readonly name: string;
  readonly title: string;
  readonly fields: Fields;
  readonly entry: Entry;
  readonly save: (etag: string, patch: Values) => Promise<Outcome<Entry>>;
  /** Read the entry again, after somebody else has changed it. */
  readonly reread: () => Promise<Entry>;
  /** Called after a save. */
  readonly saved: () => Promise<void>;
}

/** A form, folded up, that changes an entry of a list. It sends what was changed, and never overwrites what others did. */
export function drawChange<Entry extends { readonly etag: string }>(options: Options<Entry>): HTMLElement {
  const { name, title, fields, save, reread, saved } = options;
  const form = drawForm({ name, fields, button: "Save", send });
  let base = versioned(options.entry);

  /** Only what the form asks for: an entry has more properties than can be changed. */
  function versioned(entry: Entry): { etag: string; values: Values } {
    form.write(entry as unknown as Values);
    return { etag: entry.etag, values: form.read() };
  }

  async function send(mine: Values) {
    const patch = difference(base.values, mine);
    if (isSame(patch, {})) {
      announce("There are no changes to save.");
      return undefined;
    }
    const outcome = await save(base.etag, patch);
    if (outcome.ok) {
      announce("Saved.");
      await saved();
      // The list has been drawn anew, and with it the button that had the focus.
      document.getElementById(`${name}-change`)?.focus();
      return undefined;
    }
    if (outcome.problem.code !== "stale_version") {
      return outcome.problem;
    }
    const before = base.values;
    base = versioned(await reread());
    const merged = await merge(fields, { base: before, mine, theirs: base.values });
    form.write(merged ?? mine);
    return undefined;
  }

  return h("details", {}, h("summary", { id: `${name}-change` }, title), form.element);
}
