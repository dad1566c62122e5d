import type { Schema } from "../api/client.js";
import { experienceFields, historyFields, suitabilityFields } from "./details-about.js";
import { centreTypeFields, invoiceFields, learnerNumbersFields, provisionFields } from "./details-plans.js";
import type { Choices, Fields } from "./fields.js";

export type Group = Schema<"DetailsGroup">;

/** The questions of one group of section Application. The type requires an entry for every group of the contract. */
export function detailsFields(group: Group, lists: Schema<"Vocabularies">, sites: Choices): Fields {
  const fields: Record<Group, () => Fields> = {
    history: () => historyFields(lists),
    suitability: () => suitabilityFields(lists),
    experience: () => experienceFields(lists),
    "centre-type": () => centreTypeFields(lists),
    provision: () => provisionFields(lists, sites),
    "learner-numbers": () => learnerNumbersFields(),
    invoice: () => invoiceFields(),
  };
  return fields[group]();
}
