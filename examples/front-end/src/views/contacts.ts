import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { labelOf, referenceData } from "../api/reading.js";
import { drawChange } from "../forms/change.js";
import { drawForm } from "../forms/form.js";
import { contactFields } from "../forms/people.js";
import { answered } from "../forms/values.js";
import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import type { View } from "../page/router.js";
import { drawLetterChoices } from "./letter-choices.js";

export function readContacts(centreId: string): Promise<Schema<"ContactList">> {
  return read(api.GET("/v1/centres/{centre_id}/contacts", { params: { path: { centre_id: centreId } } }));
}

/** The contacts of the centre. Someone must hold each of the six roles (R09). */
export async function contactsView(centreId: string): Promise<View> {
  const { contact_roles: roles } = await referenceData();
  const path = { centre_id: centreId };
  const keyFor = keyForAttempts();
  const overview = h("div", {});

  async function show(): Promise<void> {
    const { items, missing_roles: missing } = await readContacts(centreId);
    overview.replaceChildren(
      missing.length > 0
        ? h("p", {}, "These roles are still vacant: ", missing.map((role) => labelOf(roles, role)).join(", "), ".")
        : h("p", { class: "done" }, "✓ Every role is held."),
      h("ul", { class: "plain" }, ...items.map(drawContact)),
    );
  }

  function drawContact(contact: Schema<"Contact">): HTMLElement {
    const of = { ...path, contact_id: contact.id };
    const change = drawChange({
      name: `contact-${contact.id}`,
      title: `Change ${contact.first_name} ${contact.last_name}`,
      fields: contactFields(roles),
      entry: contact,
      save: (etag, patch) =>
        ask(
          api.PATCH("/v1/centres/{centre_id}/contacts/{contact_id}", {
            params: { path: of, header: { "If-Match": etag } },
            headers: { "Content-Type": "application/merge-patch+json" },
            body: patch,
          }),
        ),
      reread: () => read(api.GET("/v1/centres/{centre_id}/contacts/{contact_id}", { params: { path: of } })),
      saved: show,
    });
    return h("li", { "data-pointer": `/${contact.id}` }, ...describe(contact), change);
  }

  function describe(contact: Schema<"Contact">): Node[] {
    const held = contact.roles.map((role) => labelOf(roles, role)).join(", ");
    return [h("strong", {}, `${contact.first_name} ${contact.last_name}`), h("br"), h("span", {}, held)];
  }

  const form = drawForm({
    name: "contact",
    fields: contactFields(roles),
    button: "Add the contact",
    send: async (values) => {
      const outcome = await ask(
        api.POST("/v1/centres/{centre_id}/contacts", {
          params: { path, header: { "Idempotency-Key": keyFor(values) } },
          body: answered<Schema<"ContactCreate">>(values),
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      form.write({});
      await show();
      announce(`${outcome.data.first_name} ${outcome.data.last_name} added.`);
      return undefined;
    },
  });
  await show();
  return {
    title: "Contacts",
    content: [
      h("h1", {}, "Contacts"),
      overview,
      h("details", {}, h("summary", {}, "What the roles are"), ...roles.map(explain)),
      await drawLetterChoices(centreId),
      h("h2", {}, "Add a contact"),
      form.element,
    ],
    hasUnsaved: form.isTouched,
  };
}

function explain(role: Schema<"ContactRoleReference">): HTMLElement {
  const points = role.responsibilities.map((each) => h("li", {}, each));
  return h("div", {}, h("h3", {}, role.label), h("p", {}, role.description), h("ul", {}, ...points));
}
