import { h } from "../page/dom.js";
import type { Fault, Problem } from "../api/problems.js";

/** The controls of a question; a list without entries has only its button. */
const ANSWERED_WITH = "input, select, textarea, button";

/**
 * Show a problem on a form: move the focus to a summary at the top, and show each fault at its field.
 *
 * The API lists all faults at once, each with a pointer (RFC 6901) into the body. Form fields have the same names, so
 * the pointer identifies the field. A fault without a field is shown at the nearest one above it.
 */
export function showProblem(form: HTMLElement, summary: HTMLElement, problem: Problem): void {
  clearProblem(form, summary);
  const faults = (problem.errors ?? []).filter((fault) => fault.in === "body");
  const links = faults.map((fault) => h("li", {}, linkTo(form, fault)));
  const reference = problem.request_id === "" ? [] : [h("p", { class: "hint" }, `Reference ${problem.request_id}`)];
  summary.replaceChildren(
    ...(faults.length > 0
      ? [h("h2", {}, problem.detail), h("ul", {}, ...links)]
      : [h("h2", {}, problem.title), h("p", {}, problem.detail), ...reference]),
  );
  summary.hidden = false;
  summary.focus();
}

export function clearProblem(form: HTMLElement, summary: HTMLElement): void {
  summary.hidden = true;
  for (const message of form.querySelectorAll(".fault")) {
    message.remove();
  }
  for (const field of form.querySelectorAll("[data-described-by]")) {
    restoreDescription(field);
  }
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
  }
}

/**
 * The field at a pointer, or the nearest one above it. A form inside an entry of a list has pointers of its own, so
 * `/{id}/address` is the field `/address` inside the entry `/{id}`.
 */
export function fieldAt(form: ParentNode, pointer: string): HTMLElement | null {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const field = form.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(at)}"]`);
    if (field !== null) {
      return fieldAt(field, pointer.slice(at.length)) ?? field;
    }
  }
  return null;
}

/** Move the focus to the control of a field, which may be folded away. False if there is no such field. */
export function focusField(form: ParentNode, pointer: string): boolean {
  const field = fieldAt(form, pointer);
  const answer = field?.querySelector<HTMLElement>(ANSWERED_WITH);
  for (let part = answer?.parentElement; part; part = part.parentElement) {
    if (part instanceof HTMLDetailsElement) {
      part.open = true;
    }
  }
  answer?.focus();
  field?.scrollIntoView({ block: "center" });
  return answer !== null && answer !== undefined;
}

function linkTo(form: HTMLElement, fault: Fault): Node {
  const field = fieldAt(form, fault.pointer);
  const answer = field?.querySelector<HTMLElement>(ANSWERED_WITH);
  if (!field || !answer) {
    return h("span", {}, fault.detail);
  }
  field.hidden = false;
  mark(field, answer, fault.detail);
  // Out of context in the summary, the sentence needs the name of its question.
  const question = field.querySelector(":scope > label, :scope > fieldset > legend")?.textContent;
  return h("a", { href: `#${answer.id}` }, question ? `${question}: ${fault.detail}` : fault.detail);
}

function mark(field: HTMLElement, answer: HTMLElement, detail: string): void {
  answer.id ||= `${field.dataset["pointer"] ?? ""}-answer`;
  const fieldset = field.querySelector(":scope > fieldset");
  const described = fieldset ?? answer;
  const id = `${described.id}-fault`;
  const message = h("p", { id, class: "fault" }, h("span", { class: "unseen" }, "Error: "), detail);
  // Show the fault after the hint, right above the control.
  const before = fieldset ? fieldset.querySelector(":scope > .hint, :scope > legend") : answer;
  if (fieldset) {
    before?.after(message);
  } else if (answer.parentElement?.classList.contains("choice")) {
    answer.parentElement.before(message);
  } else {
    before?.before(message);
  }
  describeBy(described, id);
  const invalid = fieldset ? fieldset.querySelectorAll(":scope > .choice > input") : [answer];
  for (const part of fieldset?.getAttribute("role") === "radiogroup" ? [fieldset] : invalid) {
    part.setAttribute("aria-invalid", "true");
  }
}

function describeBy(element: Element, id: string): void {
  const before = element.getAttribute("aria-describedby") ?? "";
  element.setAttribute("data-described-by", before);
  element.setAttribute("aria-describedby", `${before} ${id}`.trim());
}

function restoreDescription(element: Element): void {
  const before = element.getAttribute("data-described-by");
  if (before) {
    element.setAttribute("aria-describedby", before);
  } else {
    element.removeAttribute("aria-describedby");
  }
  element.removeAttribute("data-described-by");
}
