import { api, type Schema } from "../api/client.js";
import { ask, read, type Problem } from "../api/problems.js";
import { uploadPolicy } from "../api/uploads.js";
import { focusField } from "../forms/faults.js";
import { drawForm } from "../forms/form.js";
import { drawUpload } from "../forms/upload.js";
import { h, moment, prose } from "../page/dom.js";
import { drawRemoval } from "./remove-file.js";

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
  const statement = h("div", {});
  const removal = h("div", {});
  const upload = drawUpload({
    name: key,
    title,
    button: "Upload",
    note: "Note (optional)",
    tell: (text) => {
      state.textContent = text;
    },
    send: async (chosen) => {
      const outcome = await uploadPolicy(applicationId, policy, chosen);
      if (!outcome.ok) {
        return explain(outcome.problem);
      }
      policy = outcome.data;
      show();
      await changed(`${title} uploaded.`);
      return undefined;
    },
  });

  function show(): void {
    state.textContent = describe(policy);
    upload.button.textContent = policy.current_version ? `Replace ${letter})` : `Upload ${letter})`;
    const mayDeclare = editable && policy.may_be_not_applicable && policy.state !== "not_applicable";
    statement.replaceChildren(...(mayDeclare ? declare() : []));
    removal.replaceChildren(...(editable ? drawRemoval(applicationId, policy, removed) : []));
  }

  async function removed(left: Policy): Promise<void> {
    policy = left;
    show();
    await changed("The file is removed.");
    // The form that had the focus is gone: go to where the right file can be chosen.
    focusField(upload.element, "/file");
  }

  async function explain(problem: Problem): Promise<Problem> {
    let explained = problem;
    if (problem.code === "stale_version") {
      // Someone else has changed this policy. Show the new state and keep the chosen file: uploading again replaces it.
      const call = api.GET("/v1/applications/{application_id}/policies/{key}", { params: { path } });
      policy = await read(call);
      const detail = `Someone else has changed this policy: ${describe(policy)}. Upload again to replace it.`;
      explained = { ...problem, detail };
    }
    show();
    return explained;
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
    ...(editable ? [upload.element, statement, removal] : []),
  );
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
