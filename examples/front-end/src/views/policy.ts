import { api, type Schema } from "../api/client.js";
import { ask, read, type Problem } from "../api/problems.js";
import { uploadPolicy } from "../api/uploads.js";
import { clearProblem, showProblem } from "../forms/faults.js";
import { drawForm } from "../forms/form.js";
import { announce } from "../page/announce.js";
import { h, moment, prose } from "../page/dom.js";

type Policy = Schema<"Policy">;

interface Place {
  readonly applicationId: string;
  readonly policy: Policy;
  readonly editable: boolean;
  /** Called after a save, with the text to announce first. */
  readonly changed: (done: string) => Promise<void>;
}

/** One policy: its current document, and the upload form. */
export function drawPolicy({ applicationId, policy: given, editable, changed }: Place): HTMLElement {
  const { key, letter, title, guidance } = given;
  const path = { application_id: applicationId, key };
  let policy = given;

  const state = h("p", { class: "state" });
  const file = h("input", { type: "file", id: `${key}-file`, accept: ".pdf,.doc,.docx,.odt,.rtf" });
  const note = h("input", { type: "text", id: `${key}-note` });
  const progress = h("progress", { max: 1, value: 0, "aria-label": `Upload of ${title}`, hidden: true });
  const summary = h("div", { class: "summary", tabindex: -1, role: "group", "aria-label": "Problem", hidden: true });
  const upload = h("button", { type: "submit" }, "Upload");
  const statement = h("div", {});
  const form = h(
    "form",
    { novalidate: true, submit: onSubmit },
    summary,
    field("/file", h("label", { for: file.id }, "Document"), file),
    field("/note", h("label", { for: note.id }, "Note (optional)"), note),
    progress,
    upload,
  );
  let sending = false;

  function show(): void {
    state.textContent = describe(policy);
    upload.textContent = policy.current_version ? `Replace ${letter})` : `Upload ${letter})`;
    const mayDeclare = editable && policy.may_be_not_applicable && policy.state !== "not_applicable";
    statement.replaceChildren(...(mayDeclare ? declare() : []));
  }

  function onSubmit(event: Event): void {
    event.preventDefault();
    if (!sending) {
      void send();
    }
  }

  async function send(): Promise<void> {
    clearProblem(form, summary);
    const [chosen] = file.files ?? [];
    if (chosen === undefined) {
      refuse({ ...NOTHING_CHOSEN });
      return;
    }
    sending = true;
    upload.setAttribute("aria-disabled", "true");
    progress.hidden = false;
    announce(`Uploading ${chosen.name}.`);
    const outcome = await uploadPolicy({
      applicationId,
      key,
      etag: policy.etag,
      file: chosen,
      note: note.value.trim() || null,
      onProgress: (share) => {
        progress.value = share;
        state.textContent = share < 1 ? `Uploading: ${Math.round(share * 100)}%` : "Checking the file …";
      },
    });
    sending = false;
    upload.removeAttribute("aria-disabled");
    progress.hidden = true;
    if (outcome.ok) {
      policy = outcome.data;
      form.reset();
      show();
      await changed(`${title} uploaded.`);
    } else {
      await explain(outcome.problem);
    }
  }

  async function explain(problem: Problem): Promise<void> {
    if (problem.code === "stale_version") {
      // Someone else has changed this policy. Show the new state and keep the chosen file: uploading again replaces it.
      const call = api.GET("/v1/applications/{application_id}/policies/{key}", { params: { path } });
      policy = await read(call);
      const detail = `Someone else has changed this policy: ${describe(policy)}. Upload again to replace it.`;
      refuse({ ...problem, detail });
    } else {
      refuse(problem);
    }
    show();
  }

  /** Show the problem at the file, even if the API gives no pointer, as for a body that is too large. */
  function refuse(problem: Problem): void {
    const errors = problem.errors ?? [{ in: "body", pointer: "/file", code: problem.code, detail: problem.detail }];
    showProblem(form, summary, { ...problem, errors });
  }

  /** The form for a statement instead of the policy (R14). */
  function declare(): Node[] {
    const declaration = drawForm({
      name: `${key}-statement`,
      fields: { statement: { kind: "long-text", label: "Why does this policy not apply to you?" } },
      button: "State that it does not apply",
      send: async ({ statement: words }) => {
        const outcome = await ask(
          api.PUT("/v1/applications/{application_id}/policies/{key}/not-applicable", {
            params: { path, header: { "If-Match": policy.etag } },
            body: { statement: String(words ?? "") },
          }),
        );
        if (!outcome.ok) {
          return outcome.problem;
        }
        policy = outcome.data;
        show();
        await changed(`${title} marked as not applicable.`);
        return undefined;
      },
    });
    return [h("details", {}, h("summary", {}, "It does not apply to us"), declaration.element)];
  }

  show();
  return h(
    "section",
    { class: "card policy", "data-pointer": `/${key}`, "aria-labelledby": `${key}-heading` },
    h("h2", { id: `${key}-heading` }, `${letter}) ${title}`),
    state,
    h("details", {}, h("summary", {}, `What ${letter}) must contain`), prose(guidance)),
    ...(editable ? [form, statement] : []),
  );
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

function describe({ state, current_version: version, declared_by_name: declarer }: Policy): string {
  if (state === "not_applicable") {
    return `✓ Stated not to apply, by ${declarer ?? "your centre"}`;
  }
  if (version === null) {
    return "○ Missing";
  }
  const bytes = version.size_bytes;
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return `✓ ${version.file_name} (${size}), version ${version.number}, ${moment(version.uploaded_at)}`;
}
