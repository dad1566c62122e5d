import type { Schema } from "../api/client.js";
import { addressFields } from "./address.js";
import type { Field, FieldsOf } from "./fields.js";

type Lists = Schema<"Vocabularies">;

const WITH_COMPANY_NUMBER: readonly unknown[] = [
  "public_limited_company",
  "private_limited_company",
  "limited_by_guarantee",
  "community_interest_company",
  "limited_liability_partnership",
] satisfies Schema<"LegalStatus">[];

const ABROAD: Field = {
  kind: "text",
  label: "Number in another country’s register",
  hint: "Only for an organisation that Companies House does not register.",
  short: true,
  optional: true,
};

const ESSAY = "At most 500 words.";

export function historyFields(lists: Lists): FieldsOf<Schema<"HistoryDraft">> {
  const person: FieldsOf<Schema<"PersonInControlDraft">> = {
    name: { kind: "text", label: "Name" },
    role: { kind: "text", label: "Role", hint: "For example director, trustee, governor or owner." },
  };
  const parent: FieldsOf<Schema<"ParentOrganisationDraft">> = {
    name: { kind: "text", label: "Name" },
    company_number: { kind: "text", label: "Company number", short: true, optional: true },
    overseas_registration_number: ABROAD,
    country: { kind: "one-of", label: "Country", choices: lists.countries },
  };
  return {
    legal_name: { kind: "text", label: "Legal name" },
    trading_name: { kind: "text", label: "Trading name", optional: true },
    legal_status: { kind: "one-of", label: "Legal status", choices: lists.legal_status },
    company_number: {
      kind: "text",
      label: "Company number",
      short: true,
      when: ({ legal_status: status }) => WITH_COMPANY_NUMBER.includes(status),
    },
    overseas_registration_number: ABROAD,
    is_charity: { kind: "yes-or-no", label: "Is the organisation a charity?" },
    charity_number: {
      kind: "text",
      label: "Charity number",
      short: true,
      when: ({ is_charity: charity }) => charity === true,
    },
    charity_regulator: {
      kind: "one-of",
      label: "Charity regulator",
      choices: lists.charity_regulator,
      when: ({ is_charity: charity }) => charity === true,
    },
    ukprn: numberOf("UKPRN", "UK Provider Reference Number: eight digits."),
    urn: numberOf("URN", "Unique Reference Number of a school."),
    ncn: numberOf("NCN", "National Centre Number: five digits."),
    vat_number: numberOf("VAT number", "If you are registered for VAT."),
    website: { kind: "text", type: "url", label: "Website", optional: true },
    registered_address: {
      kind: "together",
      label: "Registered address",
      hint: "Only if it differs from the main address.",
      fields: addressFields(lists.countries),
    },
    established_on: { kind: "date", label: "When was the organisation established?" },
    parent_organisation: {
      kind: "together",
      label: "Parent organisation",
      hint: "Only if there is one.",
      fields: parent,
    },
    people_in_control: {
      kind: "list",
      label: "People in control of the organisation",
      entry: "person",
      fields: person,
    },
    history: { kind: "long-text", label: "History of the organisation", hint: ESSAY },
    purpose: { kind: "long-text", label: "Purpose of the organisation", hint: ESSAY },
    reason_for_applying: { kind: "long-text", label: "Why are you applying for recognition?", hint: ESSAY },
    changed_ownership_recently: { kind: "yes-or-no", label: "Has ownership or control changed recently?" },
    changed_ownership_recently_details: {
      kind: "long-text",
      label: "What changed?",
      hint: ESSAY,
      when: ({ changed_ownership_recently: changed }) => changed === true,
    },
  };
}

function numberOf(label: string, hint: string): Field {
  return { kind: "text", label, hint, short: true, optional: true };
}

/** The questions come from the reference data: the awarding organisation sets their wording. */
export function suitabilityFields(lists: Lists): FieldsOf<Schema<"SuitabilityDraft">> {
  const questions = lists.declaration.map(({ key, label }): [string, Field] => {
    const answer: FieldsOf<Schema<"SuitabilityAnswerDraft">> = {
      answer: { kind: "yes-or-no", label: "Your answer" },
      explanation: {
        kind: "long-text",
        label: "What happened, and what did you do about it?",
        hint: ESSAY,
        when: ({ answer: given }) => given === true,
      },
    };
    return [key, { kind: "together", label, fields: answer }];
  });
  return {
    declarations: { kind: "together", label: "Declarations", fields: Object.fromEntries(questions) },
  };
}

export function experienceFields(lists: Lists): FieldsOf<Schema<"ExperienceDraft">> {
  const approval: FieldsOf<Schema<"OtherApprovalDraft">> = {
    awarding_organisation: { kind: "text", label: "Awarding organisation" },
    centre_number: { kind: "text", label: "Your centre number there", short: true },
    approved_on: { kind: "date", label: "Approved on" },
    status: { kind: "one-of", label: "Status", choices: lists.approval_status },
    direct_claims_status: { kind: "one-of", label: "Direct claims status", choices: lists.direct_claims_status },
    last_quality_assurance_on: { kind: "date", label: "Last quality assurance visit" },
    risk_rating: { kind: "one-of", label: "Risk rating", choices: lists.risk_rating, optional: true },
  };
  const member: FieldsOf<Schema<"DeliveryStaffMemberDraft">> = {
    name: { kind: "text", label: "Name" },
    roles: { kind: "some-of", label: "Roles", choices: lists.delivery_staff_role },
    subject_areas: { kind: "lines", label: "Subject areas", hint: "One per line." },
    qualifications: { kind: "long-text", label: "Qualifications" },
    years: { kind: "whole-number", label: "Years of experience" },
  };
  return {
    delivers_accredited_learning: { kind: "yes-or-no", label: "Do you currently deliver accredited learning?" },
    years_of_experience: {
      kind: "one-of",
      label: "How long have you delivered it?",
      choices: lists.years_of_experience,
      when: ({ delivers_accredited_learning: delivers }) => delivers === true,
    },
    other_approvals: {
      kind: "list",
      label: "Approvals by other awarding organisations",
      entry: "approval",
      fields: approval,
      when: ({ delivers_accredited_learning: delivers }) => delivers === true,
    },
    assessment_experience: { kind: "long-text", label: "Your experience of assessment", hint: ESSAY },
    delivery_staff: {
      kind: "list",
      label: "Delivery staff",
      hint: "Include at least one assessor and one internal quality assurer.",
      entry: "member of staff",
      fields: member,
    },
  };
}
