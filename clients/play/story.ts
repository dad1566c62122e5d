// The input of the story, from the file that the test writes.

import { readFileSync } from "node:fs";
import type { Schemas } from "./api.ts";

export interface Story {
  url: string;
  initial_application: Schemas["InitialApplicationCreate"];
  due_diligence: Schemas["DueDiligenceCheckCreate"][];
  delivery_site: Schemas["SiteCreate"];
  contacts: Schemas["ContactCreate"][];
  groups: Groups;
  policies: Record<string, { path: string; file_name: string; media_type: string }>;
}

export interface Groups {
  "centre-type": Schemas["CentreTypeDraft"];
  experience: Schemas["ExperienceDraft"];
  history: Schemas["HistoryDraft"];
  invoice: Schemas["InvoiceDraft"];
  "learner-numbers": Schemas["LearnerNumbersDraft"];
  provision: Schemas["ProvisionDraft"];
  suitability: Schemas["SuitabilityDraft"];
}

export function read(path: string): Story {
  return JSON.parse(readFileSync(path, "utf8")) as Story;
}
