import { Refused, type Problem } from "../api/problems.js";
import type { Chosen } from "../api/uploads.js";
import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import { clearProblem, showProblem } from "./faults.js";

interface Options {
  /** Makes the ids of several forms on one page unique. */
  readonly name: string;
  /** What is uploaded, for screen readers. */
  readonly title: string;
  readonly button: string;
  readonly note: string;
  /** Shows how far it is. */
  readonly tell: (text: string) => void;
  /** Send the file. If it returns a problem, the form shows it and keeps the choice. */
  readonly send: (chosen: Chosen) => Promise<Problem | undefined>;
}

export interface UploadForm {
  readonly element: HTMLFormElement;
  readonly button: HTMLButtonElement;
}

/** Draw the upload of one document with a note. */
export function drawUpload({ name, title, button, note: noteLabel, tell, send }: Options): UploadForm {
  const file = h("input", { type: "file", id: `${name}-file`, accept: ".pdf,.doc,.docx,.odt,.rtf" });
  const note = h("input", { type: "text", id: `${name}-note` });
  const progress = h("progress", { max: 1, value: 0, "aria-label": `Upload of ${title}`, hidden: true });
  const summary = h("div", { class: "summary", tabindex: -1, role: "group", "aria-label": "Problem", hidden: true });
  const submit = h("button", { type: "submit" }, button);
  const element = h(
    "form",
    { novalidate: true, class: "upload", submit: onSubmit },
    summary,
    field("/file", h("label", { for: file.id }, "Document"), file),
    field("/note", h("label", { for: note.id }, noteLabel), note),
    progress,
    submit,
  );
  let sending = false;

  function onSubmit(event: Event): void {
    event.preventDefault();
    if (!sending) {
      void upload();
    }
  }

  async function upload(): Promise<void> {
    clearProblem(element, summary);
    const [chosen] = file.files ?? [];
    if (chosen === undefined) {
      refuse(NOTHING_CHOSEN);
      return;
    }
    sending = true;
    submit.setAttribute("aria-disabled", "true");
    progress.hidden = false;
    announce(`Uploading ${chosen.name}.`);
    try {
      const problem = await send({ file: chosen, note: note.value.trim() || null, onProgress });
      if (problem === undefined) {
        element.reset();
      } else {
        refuse(problem);
      }
    } catch (error) {
      // The file was sent, and what the view reads after it was refused.
      if (!(error instanceof Refused)) {
        throw error;
      }
      refuse(error.problem);
    } finally {
      sending = false;
      submit.removeAttribute("aria-disabled");
      progress.hidden = true;
    }
  }

  function onProgress(share: number): void {
    progress.value = share;
    tell(share < 1 ? `Uploading: ${Math.round(share * 100)}%` : "Checking the file …");
  }

  /** Show the problem at the file, even if the API gives no pointer, as for a body that is too large. */
  function refuse(problem: Problem): void {
    const errors = problem.errors ?? [{ in: "body", pointer: "/file", code: problem.code, detail: problem.detail }];
    showProblem(element, summary, { ...problem, errors });
  }

  return { element, button: submit };
}

const NOTHING_CHOSEN: Problem = {
  type: "about:blank",
  title: "No document",
  status: 422,
  code: "no_document",
  detail: "Choose a document first.",
  request_id: "",
};

function field(pointer: string, ...content: readonly Node[]): HTMLElement {
  return h("div", { class: "field", "data-pointer": pointer }, ...content);
}
