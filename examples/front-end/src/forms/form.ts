import { Refused, type Problem } from "../api/problems.js";
import { h } from "../page/dom.js";
import { clearProblem, showProblem } from "./faults.js";
import type { Fields } from "./fields.js";
import { drawFields } from "./nested.js";
import { isSame, type Values } from "./values.js";

export interface Form {
  readonly element: HTMLFormElement;
  readonly read: () => Values;
  readonly write: (values: Values) => void;
  /** True if the answers differ from the initial ones. */
  readonly isTouched: () => boolean;
}

interface Options {
  /** Makes the ids of several forms on one page unique. */
  readonly name: string;
  readonly fields: Fields;
  readonly button: string;
  /** Send the answers. If it returns a problem, or throws it as `Refused`, the form shows it and keeps the input. */
  readonly send: (values: Values) => Promise<Problem | undefined>;
}

/**
 * Draw a form that the API validates.
 *
 * Browser validation is off (`novalidate`): it stops at the first fault, knows half of the rules and words them
 * differently. The API reports all faults at once, in sentences for the person who fills in the form.
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
    // The button stays enabled, or it would lose the focus. Ignore clicks while a request is under way.
    if (!sending) {
      void sendAnswers();
    }
  }

  async function sendAnswers(): Promise<void> {
    sending = true;
    submit.setAttribute("aria-disabled", "true");
    clearProblem(element, summary);
    try {
      const problem = await send(inner.read() as Values);
      if (problem !== undefined) {
        showProblem(element, summary, problem);
      }
    } catch (error) {
      // The change was made, and what the view reads after it was refused.
      if (!(error instanceof Refused)) {
        throw error;
      }
      showProblem(element, summary, error.problem);
    } finally {
      sending = false;
      submit.removeAttribute("aria-disabled");
    }
  }

  return {
    element,
    read: () => inner.read() as Values,
    write: inner.write,
    isTouched: () => !isSame(untouched, inner.read()),
  };
}
