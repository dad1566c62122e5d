import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { labelOf, referenceData } from "../api/reading.js";
import { drawChange } from "../forms/change.js";
import type { Field, FieldsOf } from "../forms/fields.js";
import { h } from "../page/dom.js";

type Role = keyof Schema<"LettersInAnyCase">;

/** The form, folded up, that chooses which letters reach whom besides the super users, who get them all. */
export async function drawLetterChoices(centreId: string): Promise<HTMLElement> {
  const place = h("div", {});
  const { contact_roles: roles, vocabularies } = await referenceData();
  const path = { centre_id: centreId };

  function readChoices(): Promise<Schema<"LetterChoices">> {
    return read(api.GET("/v1/centres/{centre_id}/letter-choices", { params: { path } }));
  }

  function field(role: Role, { in_any_case: fixed }: Schema<"LetterChoices">): Field {
    const topics = vocabularies.letter_topic;
    const always = fixed[role].map((topic) => labelOf(topics, topic)).join("; ");
    const hint = always === "" ? {} : { hint: `In any case: ${always}.` };
    return { kind: "some-of", label: labelOf(roles, role), choices: topics, ...hint };
  }

  async function show(): Promise<void> {
    const entry = await readChoices();
    const fields: FieldsOf<Schema<"LetterChoicesUpdate">> = {
      head_of_organisation: field("head_of_organisation", entry),
      overall_quality_manager: field("overall_quality_manager", entry),
      administration_examinations: field("administration_examinations", entry),
      finance: field("finance", entry),
    };
    const change = drawChange({
      name: "letters",
      title: "Which letters each role gets",
      fields,
      entry,
      save: (etag, patch) =>
        ask(
          api.PATCH("/v1/centres/{centre_id}/letter-choices", {
            params: { path, header: { "If-Match": etag } },
            headers: { "Content-Type": "application/merge-patch+json" },
            body: patch,
          }),
        ),
      reread: readChoices,
      saved: show,
    });
    place.replaceChildren(change);
  }

  await show();
  return place;
}
