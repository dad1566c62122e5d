import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { save } from "../api/downloads.js";
import { read, type Problem } from "../api/problems.js";
import { sendEvidence, type Chosen } from "../api/uploads.js";
import { drawUpload } from "../forms/upload.js";
import { announce } from "../page/announce.js";
import { day, h, moment, spoken } from "../page/dom.js";
import { drawDownload } from "../page/download.js";

type Action = Schema<"Action">;

const STATES: Record<string, string> = {
  open: "○ Open",
  evidence_sent: "◐ Evidence sent: your centre lead looks at it",
  closed: "✓ Closed",
};

/** One action: what to do by when, the evidence so far, and the upload of more (R23). */
export function drawAction(given: Action): HTMLElement {
  let action = given;
  const heading = `action-${action.id}`;
  const state = h("p", { class: "state" });
  const comment = h("p", {});
  const evidence = h("ul", { class: "plain" });
  const keyFor = keyForAttempts();
  const upload = drawUpload({
    name: heading,
    title: `Evidence for action ${action.number}`,
    button: "Send evidence",
    note: "What the document shows",
    tell: (text) => {
      state.textContent = text;
    },
    send,
  });

  async function send(chosen: Chosen): Promise<Problem | undefined> {
    const { name, size, lastModified } = chosen.file;
    const key = keyFor([name, size, lastModified, chosen.note, action.etag]);
    const outcome = await sendEvidence(action, key, chosen);
    if (outcome.ok) {
      action = outcome.data;
      announce(`${name} sent.`);
    } else if (outcome.problem.code === "stale_version") {
      // A colleague has sent evidence, or the centre lead has answered: show that, and keep the chosen file.
      const path = { application_id: action.application_id, action_id: action.id };
      action = await read(api.GET("/v1/applications/{application_id}/actions/{action_id}", { params: { path } }));
    }
    show();
    return outcome.ok ? undefined : outcome.problem;
  }

  function show(): void {
    const late = action.overdue ? " – the last day has passed" : "";
    state.textContent = `${STATES[action.status] ?? spoken(action.status)}${late}`;
    comment.textContent = action.comment === null ? "" : `Your centre lead: ${action.comment}`;
    comment.hidden = action.comment === null;
    evidence.replaceChildren(...action.evidence.map((each) => drawEvidence(action, each)));
    evidence.hidden = action.evidence.length === 0;
    upload.element.hidden = !action.allowed_steps.some(({ operation_id: id }) => id === "sendActionEvidence");
  }

  show();
  return h(
    "section",
    { class: "card action", "data-pointer": `/${action.id}`, "aria-labelledby": heading },
    h("h3", { id: heading }, `Action ${action.number}, by ${day(action.due_on)}`),
    h("p", {}, action.description),
    state,
    comment,
    evidence,
    upload.element,
  );
}

function drawEvidence(action: Action, { number, file_name: name, ...evidence }: Schema<"ActionEvidence">): HTMLElement {
  const path = { application_id: action.application_id, action_id: action.id, number };
  const template = "/v1/applications/{application_id}/actions/{action_id}/evidence/{number}/content";
  const download = (): Promise<void> => save(api.GET(template, { params: { path }, parseAs: "blob" }), name);
  return h(
    "li",
    {},
    ...drawDownload(name, download),
    h("p", {}, evidence.note),
    ...(evidence.scan_message === null ? [] : [h("p", {}, evidence.scan_message)]),
    h("p", { class: "hint" }, `${evidence.sent_by_name}, ${moment(evidence.sent_at)}`),
  );
}
