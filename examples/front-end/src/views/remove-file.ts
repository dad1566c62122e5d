import { api, type Schema } from "../api/client.js";
import { ask } from "../api/problems.js";
import type { FieldsOf } from "../forms/fields.js";
import { drawForm } from "../forms/form.js";
import { answered } from "../forms/values.js";
import { h } from "../page/dom.js";

const REASONS: Record<Schema<"RedactionReason">, string> = {
  personal_data: "It holds personal data",
  wrong_organisation: "It belongs to another organisation",
  other: "Another reason",
};

const FIELDS: FieldsOf<Schema<"FileRemovalCreate">> = {
  reason: {
    kind: "one-of",
    label: "Why should it never have been there?",
    choices: Object.entries(REASONS).map(([key, label]) => ({ key, label })),
  },
  explanation: { kind: "long-text", label: "What is wrong with it?", hint: "We keep what you write. Name nobody." },
  redact_file_name: { kind: "confirmation", label: "The name of the file says too much, too" },
};

/**
 * The form, folded up, that removes the content of a policy's current file for good. What has been submitted is refused:
 * only staff redact that.
 */
export function drawRemoval(
  applicationId: string,
  policy: Schema<"Policy">,
  removed: (left: Schema<"Policy">) => Promise<void>,
): Node[] {
  const { key, etag, current_version: version } = policy;
  if (version === null) {
    return [];
  }
  const form = drawForm({
    name: `${key}-removal`,
    fields: FIELDS,
    button: "Remove the file for good",
    send: async (values) => {
      const path = { application_id: applicationId, key, number: version.number };
      const outcome = await ask(
        api.POST("/v1/applications/{application_id}/policies/{key}/versions/{number}/removal", {
          params: { path, header: { "If-Match": etag } },
          body: answered<Schema<"FileRemovalCreate">>(values),
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      await removed(outcome.data);
      return undefined;
    },
  });
  return [h("details", {}, h("summary", {}, "This file should never have been there"), form.element)];
}
