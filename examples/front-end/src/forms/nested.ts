import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import { described, drawField, hintOf, legendOf, wrap, type Control } from "./controls.js";
import { idOf, type Field, type Fields } from "./fields.js";
import { isValues, type Json, type Values } from "./values.js";

/** The questions of one object, each visible while its condition is true. */
export function drawFields(form: string, pointer: string, fields: Fields): Control {
  const controls = Object.entries(fields).map(([name, field]) => {
    return { name, field, control: drawField(form, `${pointer}/${name}`, field) };
  });
  const element = h("div", { class: "fields" }, ...controls.map(({ control }) => control.element));
  const read = (): Values => Object.fromEntries(controls.map(({ name, control }) => [name, control.read()]));
  const updateVisibility = (): void => {
    const values = read();
    for (const { field, control } of controls) {
      control.element.hidden = field.when !== undefined && !field.when(values);
    }
  };
  element.addEventListener("change", updateVisibility);
  updateVisibility();
  return {
    element,
    read,
    write: (value) => {
      for (const { name, control } of controls) {
        control.write(isValues(value) ? (value[name] ?? null) : null);
      }
      updateVisibility();
    },
  };
}

/** Several questions that form one answer, such as an address. */
export function drawTogether(form: string, pointer: string, field: Field, fields: Fields): Control {
  const id = idOf(form, pointer);
  const inner = drawFields(form, pointer, fields);
  const group = h("fieldset", { id, ...described(id, field) }, legendOf(field), hintOf(id, field), inner.element);
  return { ...inner, element: wrap(pointer, group) };
}

/** A list with buttons to add and remove entries. Entries are numbered, as in the pointers of faults. */
export function drawList(form: string, pointer: string, field: Field, fields: Fields, entry: string): Control {
  const id = idOf(form, pointer);
  const rows = h("div", {});
  const add = h("button", { type: "button", class: "secondary", click: addEntry }, `Add ${entry}`);
  let entries: Control[] = [];

  // Redraw all entries after each change, so that the numbers in their ids have no gaps.
  function show(values: readonly Json[]): void {
    entries = values.map((value, index) => {
      const control = drawFields(form, `${pointer}/${index}`, fields);
      control.write(value);
      return control;
    });
    rows.replaceChildren(...entries.map((control, index) => drawEntry(control, index)));
  }

  function drawEntry(control: Control, index: number): HTMLElement {
    const title = `${capitalised(entry)} ${index + 1}`;
    const remove = (): void => {
      show(entries.filter((_, other) => other !== index).map((other) => other.read()));
      changed();
      announce(`${title} removed.`);
      add.focus();
    };
    const button = h("button", { type: "button", class: "secondary", click: remove }, `Remove ${title.toLowerCase()}`);
    return h("fieldset", { class: "entry" }, h("legend", {}, title), control.element, button);
  }

  function addEntry(): void {
    show([...entries.map((control) => control.read()), {}]);
    changed();
    rows.lastElementChild?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }

  function changed(): void {
    rows.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const group = h("fieldset", { id, ...described(id, field) }, legendOf(field), hintOf(id, field), rows, add);
  return {
    element: wrap(pointer, group),
    read: () => entries.map((control) => control.read()),
    write: (value) => show(Array.isArray(value) ? value : []),
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
