import { h } from "../page/dom.js";
import { idOf, type Choices, type Field } from "./fields.js";
import { drawList, drawTogether } from "./nested.js";
import type { Json } from "./values.js";

/** A question on the page. `read` returns the answer in the API's form; `write` displays one. */
export interface Control {
  readonly element: HTMLElement;
  readonly read: () => Json;
  readonly write: (value: Json) => void;
}

export function drawField(form: string, pointer: string, field: Field): Control {
  switch (field.kind) {
    case "text":
      return drawInput(form, pointer, field, { type: field.type ?? "text", autocomplete: field.autocomplete });
    case "whole-number":
      // Not type="number": its value is empty for invalid input, so the API could not say what is wrong with it.
      return drawInput(form, pointer, field, { type: "text", inputmode: "numeric" }, wholeNumber);
    case "date":
      return drawInput(form, pointer, field, { type: "date" });
    case "long-text":
      return drawArea(form, pointer, field, (text) => text.trim() || null, String);
    case "lines":
      return drawArea(form, pointer, field, linesOf, (value) => (Array.isArray(value) ? value.join("\n") : ""));
    case "yes-or-no":
      return drawRadios(form, pointer, field);
    case "confirmation":
      return drawConfirmation(form, pointer, field);
    case "one-of":
      return drawSelect(form, pointer, field, field.choices);
    case "some-of":
      return drawCheckboxes(form, pointer, field, field.choices, field.more);
    case "together":
      return drawTogether(form, pointer, field, field.fields);
    case "list":
      return drawList(form, pointer, field, field.fields, field.entry);
  }
}

/** Send invalid input unchanged, so that the API can say what is wrong with it. */
function wholeNumber(text: string): Json {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : text;
}

function linesOf(text: string): Json {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

type Attributes = Parameters<typeof h>[1];

function drawInput(
  form: string,
  pointer: string,
  field: Field,
  attributes: Attributes,
  parse?: (text: string) => Json,
): Control {
  const id = idOf(form, pointer);
  const narrow = field.kind === "whole-number" || field.kind === "date" || (field.kind === "text" && field.short);
  const input = h("input", { id, class: narrow ? "narrow" : undefined, ...described(id, field), ...attributes });
  return {
    element: wrap(pointer, labelOf(id, field), hintOf(id, field), input),
    read: () => {
      // Surrounding spaces may be part of a password; elsewhere they are slips.
      const text = input.type === "password" ? input.value : input.value.trim();
      return text === "" ? null : (parse?.(text) ?? text);
    },
    write: (value) => {
      input.value = value === null ? "" : String(value);
    },
  };
}

function drawArea(
  form: string,
  pointer: string,
  field: Field,
  parse: (text: string) => Json,
  show: (value: Json) => string,
): Control {
  const id = idOf(form, pointer);
  const area = h("textarea", { id, rows: field.kind === "lines" ? 3 : 6, ...described(id, field) });
  return {
    element: wrap(pointer, labelOf(id, field), hintOf(id, field), area),
    read: () => parse(area.value),
    write: (value) => {
      area.value = value === null ? "" : show(value);
    },
  };
}

function drawSelect(form: string, pointer: string, field: Field, choices: Choices): Control {
  const id = idOf(form, pointer);
  const options = choices.map(({ key, label }) => h("option", { value: key }, label));
  const select = h("select", { id, ...described(id, field) }, h("option", { value: "" }, "Choose"), ...options);
  return {
    element: wrap(pointer, labelOf(id, field), hintOf(id, field), select),
    read: () => select.value || null,
    write: (value) => {
      select.value = value === null ? "" : String(value);
    },
  };
}

function drawRadios(form: string, pointer: string, field: Field): Control {
  const id = idOf(form, pointer);
  const [yes, no] = (["yes", "no"] as const).map((answer) =>
    h("input", { type: "radio", id: `${id}-${answer}`, name: id }),
  ) as [HTMLInputElement, HTMLInputElement];
  const choices = h("div", { class: "side-by-side" }, choiceOf(yes, "Yes"), choiceOf(no, "No"));
  const group = { role: "radiogroup", id, ...described(id, field) };
  return {
    element: wrap(pointer, h("fieldset", group, legendOf(field), hintOf(id, field), choices)),
    read: () => (yes.checked ? true : no.checked ? false : null),
    write: (value) => {
      yes.checked = value === true;
      no.checked = value === false;
    },
  };
}

function drawCheckboxes(
  form: string,
  pointer: string,
  field: Field,
  choices: Choices,
  more: { label: string; choices: Choices } = { label: "", choices: [] },
): Control {
  const id = idOf(form, pointer);
  const all = [...choices, ...more.choices];
  const boxes = all.map(({ key }) => h("input", { type: "checkbox", id: `${id}-${key}`, value: key }));
  const rows = boxes.map((box, index) => choiceOf(box, all[index]?.label ?? box.value));
  const folded = h("details", {}, h("summary", {}, more.label), ...rows.splice(choices.length));
  const group = { id, role: "group", ...described(id, field) };
  const fold = more.choices.length > 0 ? folded : null;
  return {
    element: wrap(pointer, h("fieldset", group, legendOf(field), hintOf(id, field), ...rows, fold)),
    read: () => boxes.filter((box) => box.checked).map((box) => box.value),
    write: (value) => {
      for (const box of boxes) {
        box.checked = Array.isArray(value) && value.includes(box.value);
      }
      folded.open = boxes.slice(choices.length).some((box) => box.checked);
    },
  };
}

/** A box that must be ticked. Send false if it is not, so that the API reports the fault at this field. */
function drawConfirmation(form: string, pointer: string, field: Field): Control {
  const id = idOf(form, pointer);
  const box = h("input", { type: "checkbox", id, ...described(id, field) });
  return {
    element: wrap(pointer, hintOf(id, field), choiceOf(box, field.label)),
    read: () => box.checked,
    write: (value) => {
      box.checked = value === true;
    },
  };
}

/** The container of a question. Faults are placed by its pointer, see faults.ts. */
export function wrap(pointer: string, ...content: readonly (Node | null)[]): HTMLElement {
  return h("div", { class: "field", "data-pointer": pointer }, ...content);
}

export function legendOf(field: Field): HTMLElement {
  return h("legend", {}, nameOf(field));
}

export function hintOf(id: string, field: Field): HTMLElement | null {
  return field.hint === undefined ? null : h("p", { id: `${id}-hint`, class: "hint" }, field.hint);
}

export function described(id: string, field: Field): Attributes {
  return field.hint === undefined ? {} : { "aria-describedby": `${id}-hint` };
}

function labelOf(id: string, field: Field): HTMLElement {
  return h("label", { for: id }, nameOf(field));
}

function nameOf(field: Field): string {
  return field.optional ? `${field.label} (optional)` : field.label;
}

function choiceOf(input: HTMLInputElement, label: string): HTMLElement {
  return h("div", { class: "choice" }, input, h("label", { for: input.id }, label));
}
