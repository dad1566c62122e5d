import type { Schema } from "../api/client.js";
import { labelOf, referenceData } from "../api/reading.js";
import { detailsFields, type Group } from "../forms/details.js";
import type { Fields } from "../forms/fields.js";
import { spoken } from "../page/dom.js";
import { readContacts } from "./contacts.js";
import { readSites } from "./sites.js";

type Item = Schema<"ReturnItem">;

/** The name of the place that an item of a return points at, for the text of a link. */
export type NameOfPlace = (item: Item) => string;

/** Read what the names need: the labels of the form, and the sites and contacts if an item is about one. */
export async function namesOfPlaces(centreId: string, items: readonly Item[]): Promise<NameOfPlace> {
  const has = (section: Item["section"]): boolean => items.some((item) => item.section === section);
  const [reference, sites, contacts] = await Promise.all([
    referenceData(),
    has("sites") ? readSites(centreId) : undefined,
    has("contacts") ? readContacts(centreId) : undefined,
  ]);

  function nameOf({ section, pointer }: Item): string {
    const [first = "", ...rest] = (pointer ?? "").split("/").slice(1);
    switch (section) {
      case "application": {
        const groups = reference.details_groups;
        if (!groups.some(({ key }) => key === first)) {
          return "The form";
        }
        const fields = detailsFields(first as Group, reference.vocabularies, []);
        return [labelOf(groups, first), ...labelsAt(fields, rest)].join(": ");
      }
      case "policies_and_procedures":
        return reference.policies.find(({ key }) => key === first)?.title ?? "Policies and procedures";
      case "centre_agreement":
        return "Centre agreement";
      case "sites": {
        const site = sites?.items.find(({ id }) => id === first);
        return site ? `Site ${site.name}` : "Sites";
      }
      case "contacts": {
        const contact = contacts?.items.find(({ id }) => id === first);
        return contact ? `Contact ${contact.first_name} ${contact.last_name}` : roleOf(first);
      }
    }
  }

  function roleOf(key: string): string {
    return key === "" ? "Contacts" : labelOf(reference.contact_roles, key);
  }

  return nameOf;
}

/** The labels of the questions on the way to a field: of an address its name, then the part. */
function labelsAt(fields: Fields, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) {
    return [];
  }
  const field = fields[name];
  if (field === undefined) {
    // The position in a list.
    return /^\d+$/.test(name) ? labelsAt(fields, rest) : [spoken(name)];
  }
  return [field.label, ...("fields" in field ? labelsAt(field.fields, rest) : [])];
}
