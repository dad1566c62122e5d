import type { Schema } from "../api/client.js";
import { EXTENSION, addressFields } from "./address.js";
import type { FieldsOf } from "./fields.js";

const SUPER_USER: FieldsOf<Schema<"InitialSuperUserInput">> = {
  first_name: { kind: "text", label: "First name" },
  last_name: { kind: "text", label: "Last name" },
  job_title: { kind: "text", label: "Job title" },
  email: { kind: "text", type: "email", label: "Email address", hint: "We send the log-in details to this address." },
  telephone: { kind: "text", type: "tel", label: "Telephone number" },
  telephone_extension: EXTENSION,
};

/** The form of stage one. */
export function initialApplicationFields(lists: Schema<"Vocabularies">): FieldsOf<Schema<"InitialApplicationCreate">> {
  return {
    organisation_name: {
      kind: "text",
      label: "Organisation name",
      hint: "This is the name that will appear on your learners’ certificates.",
      autocomplete: "organization",
    },
    address: { kind: "together", label: "Main address", fields: addressFields(lists.countries, true) },
    email: {
      kind: "text",
      type: "email",
      label: "Email address",
      hint: "The organisation’s address. We send the acknowledgement to it.",
      autocomplete: "email",
    },
    telephone: { kind: "text", type: "tel", label: "Telephone number", autocomplete: "tel" },
    telephone_extension: EXTENSION,
    initial_super_user: {
      kind: "together",
      label: "Initial super user",
      hint: "The person who will be given access to the system to complete the application.",
      fields: SUPER_USER,
    },
    declaration: {
      kind: "confirmation",
      label: "These details are correct, and I have read the privacy notice.",
    },
  };
}
