import type { Problem } from "../api/problems.js";
import { h } from "../page/dom.js";
import { clearProblem, showProblem } from "./faults.js";
import type { Fields } from "./fields.js";
import { drawFields } from "./nested.js";
import { isSame, type Values } from "./values.js";

export interface Form {
  readonly element: HTMLFormElement;
  readonly read: () => Values;
  readonly write: (values: Values) => void;
  /** True while something is entered that the form did not begin with. */
  readonly isTouched: () => boolean;
}

interface Options {
  /** Tells the ids of one form on a page from another's. */
  readonly name: string;
  readonly fields: Fields;
  readonly button: string;
  /** What to do with the answers. A problem that it returns is shown; what was entered stays as it is. */
  readonly send: (values: Values) => Promise<Problem | undefined>;
}

/**
 * A form whose faults are the API's.
 *
 * The browser's own checks are switched off (`novalidate`): they stop at the first fault, know half of the rules and
 * speak in another voice. The API finds all faults at once and words them for the person who fills in the form.
 */
export function drawForm({ name, fields, button, send }: Options): Form {
  const inner = drawFields(name, "", fields);
  const summary = h("div", { class: "summary", tabindex: -1, role: "group", "aria-label": "Problem", hidden: true });
  const submit = h("button", { type: "submit" }, button);
  const element = h("form", { novalidate: true, submit: onSubmit }, summary, inner.element, submit);
  const untouched = inner.read();
  let sending = false;

  function onSubmit(event: Event): void {
    event.preventDefault();
    // The button stays enabled, or it would lose the focus; a second click while the first is on its way does nothing.
    if (!sending) {
      void sendAnswers();
    }
  }

  async function sendAnswers(): Promise<void> {
    sending = true;
    submit.setAttribute("aria-disabled", "true");
    clearProblem(element, summary);
    const problem = await send(inner.read() as Values);
    sending = false;
    submit.removeAttribute("aria-disabled");
    if (problem !== undefined) {
      showProblem(element, summary, problem);
    }
  }

  return {
    element,
    read: () => inner.read() as Values,
    write: inner.write,
    isTouched: () => !isSame(untouched, inner.read()),
  };
}
