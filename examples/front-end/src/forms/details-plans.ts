import type { Schema } from "../api/client.js";
import type { Choices, FieldsOf } from "./fields.js";

type Lists = Schema<"Vocabularies">;

const ESSAY = "At most 500 words.";

export function centreTypeFields(lists: Lists): FieldsOf<Schema<"CentreTypeDraft">> {
  // The short list has a choice for everywhere else, which the long one makes needless.
  const near = lists.country.filter(({ key }) => key !== "other");
  const further = lists.countries.filter(({ key }) => near.every((country) => country.key !== key));
  return {
    centre_type: { kind: "one-of", label: "Type of centre", choices: lists.centre_type },
    centre_type_other: { kind: "text", label: "Which other type?", when: ({ centre_type: type }) => type === "other" },
    uses_satellites: {
      kind: "yes-or-no",
      label: "Do you deliver at sites other than the main one?",
      hint: "Your answer must match the sites that you have added.",
    },
    uses_subcontractors: { kind: "yes-or-no", label: "Do others deliver or assess for you?" },
    uses_subcontractors_details: {
      kind: "long-text",
      label: "Who are they, and what do they do?",
      hint: ESSAY,
      when: ({ uses_subcontractors: uses }) => uses === true,
    },
    learner_age_groups: { kind: "some-of", label: "Ages of your learners", choices: lists.learner_age_group },
    works_with_vulnerable_adults: { kind: "yes-or-no", label: "Do you work with vulnerable adults?" },
    delivery_countries: {
      kind: "some-of",
      label: "Where do you deliver?",
      choices: near,
      more: { label: "Other countries", choices: further },
    },
  };
}

/** `sites` are the centre's sites, by id. */
export function provisionFields(lists: Lists, sites: Choices): FieldsOf<Schema<"ProvisionDraft">> {
  const qualification: FieldsOf<Schema<"IntendedQualificationDraft">> = {
    title: { kind: "text", label: "Title" },
    qualification_number: {
      kind: "text",
      label: "Qualification number",
      hint: "The Ofqual number, like 603/1234/5.",
      short: true,
      optional: true,
    },
    level: { kind: "one-of", label: "Level", choices: lists.level },
    sector_subject_area: { kind: "one-of", label: "Sector subject area", choices: lists.sector_subject_area },
    delivery_modes: { kind: "some-of", label: "How will it be delivered?", choices: lists.delivery_mode },
    site_ids: { kind: "some-of", label: "Where will it be delivered?", choices: sites },
    start_on: { kind: "date", label: "When does the first course start?" },
    direct_claims_wanted: { kind: "yes-or-no", label: "Do you want direct claims status?" },
  };
  const premises: FieldsOf<Schema<"PremisesDraft">> = {
    suitable: { kind: "yes-or-no", label: "Are they suitable for the provision?" },
    accessible: { kind: "yes-or-no", label: "Are they accessible to learners with disabilities?" },
    secure_storage: { kind: "yes-or-no", label: "Is there secure storage for assessment materials?" },
  };
  const insurance: FieldsOf<Schema<"InsuranceDraft">> = {
    kind: { kind: "one-of", label: "Type of insurance", choices: lists.insurance_kind },
    held: { kind: "yes-or-no", label: "Do you hold it?" },
    insurer: { kind: "text", label: "Insurer", when: ({ held }) => held === true },
    expires_on: { kind: "date", label: "Last day of cover", when: ({ held }) => held === true },
  };
  return {
    intended_qualifications: {
      kind: "list",
      label: "Qualifications that you intend to offer",
      entry: "qualification",
      fields: qualification,
    },
    offers_access_to_he: { kind: "yes-or-no", label: "Will you offer Access to Higher Education?" },
    plans_invigilated_assessment: {
      kind: "yes-or-no",
      label: "Will any assessment be invigilated?",
      hint: "This includes examinations and multiple-choice tests. If so, the examinations procedure is required.",
    },
    delivery_modes: { kind: "some-of", label: "How will learning be delivered?", choices: lists.delivery_mode },
    funding_sources: { kind: "some-of", label: "How is the provision funded?", choices: lists.funding_source },
    premises: { kind: "together", label: "Premises", fields: premises },
    insurance: { kind: "list", label: "Insurance", entry: "insurance", fields: insurance },
    conflicts_of_interest: { kind: "yes-or-no", label: "Are there actual or potential conflicts of interest?" },
    conflicts_of_interest_details: {
      kind: "long-text",
      label: "What are they, and how are they managed?",
      hint: ESSAY,
      when: ({ conflicts_of_interest: conflicts }) => conflicts === true,
    },
  };
}

export function learnerNumbersFields(): FieldsOf<Schema<"LearnerNumbersDraft">> {
  const years: FieldsOf<Schema<"ExpectedLearnersDraft">> = {
    year_1: { kind: "whole-number", label: "First year" },
    year_2: { kind: "whole-number", label: "Second year" },
    year_3: { kind: "whole-number", label: "Third year" },
  };
  const ages: FieldsOf<Schema<"AgeGroupLearnersDraft">> = {
    pre_16: { kind: "whole-number", label: "Under 16" },
    "16_to_18": { kind: "whole-number", label: "16 to 18" },
    "19_plus": { kind: "whole-number", label: "19 and over" },
  };
  const division: FieldsOf<Schema<"QualificationLearnersDraft">> = {
    title: { kind: "text", label: "Qualification" },
    qualification_number: { kind: "text", label: "Qualification number", short: true, optional: true },
    learners: { kind: "whole-number", label: "Learners in the first year" },
  };
  const adds = "The numbers must add up to the learners expected in the first year.";
  return {
    current_learners: { kind: "whole-number", label: "Current learners" },
    expected_learners: { kind: "together", label: "Expected learners", fields: years },
    by_qualification: {
      kind: "list",
      label: "First year by qualification",
      hint: adds,
      entry: "division",
      fields: division,
    },
    by_age_group: { kind: "together", label: "First year by age", hint: adds, fields: ages },
  };
}

export function invoiceFields(): FieldsOf<Schema<"InvoiceDraft">> {
  return {
    purchase_order_number: {
      kind: "text",
      label: "Purchase order number",
      hint: "If your centre uses them. We print it on the invoice.",
      short: true,
      optional: true,
    },
  };
}
