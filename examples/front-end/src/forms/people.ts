import type { Schema } from "../api/client.js";
import { EXTENSION, addressFields } from "./address.js";
import type { Choices, FieldsOf } from "./fields.js";

export const SIGN_IN_FIELDS: FieldsOf<Schema<"SessionCreate">> = {
  email: { kind: "text", type: "email", label: "Email address", autocomplete: "username" },
  password: { kind: "text", type: "password", label: "Password", autocomplete: "current-password" },
};

export const PASSWORD_FIELDS: FieldsOf<Schema<"PasswordProof">> = {
  password: { kind: "text", type: "password", label: "Password", autocomplete: "current-password" },
};

export const CODE_FIELDS: FieldsOf<Schema<"CodeProof">> = {
  code: { kind: "text", label: "Code", autocomplete: "one-time-code", short: true },
};

export const FACTOR_FIELDS: FieldsOf<Schema<"TotpStart">> = {
  name: { kind: "text", label: "Name of the device", hint: "For example: Work phone." },
};

export const NEW_EMAIL_FIELDS: FieldsOf<Schema<"EmailChangeCreate">> = {
  new_email: { kind: "text", type: "email", label: "New email address", autocomplete: "email" },
};

export const NEW_PASSWORD_FIELDS: FieldsOf<Pick<Schema<"PasswordChange">, "new_password">> = {
  new_password: {
    kind: "text",
    type: "password",
    label: "New password",
    hint: "12 to 128 characters. Several random words are strong and easy to remember.",
    autocomplete: "new-password",
  },
};

/** Contacts do not need a log-in, so the form leaves out the contract's `user_id`. */
export function contactFields(roles: Choices): FieldsOf<Omit<Schema<"ContactCreate">, "user_id">> {
  return {
    first_name: { kind: "text", label: "First name" },
    last_name: { kind: "text", label: "Last name" },
    job_title: { kind: "text", label: "Job title", optional: true },
    email: { kind: "text", type: "email", label: "Email address" },
    telephone: { kind: "text", type: "tel", label: "Telephone number", optional: true },
    telephone_extension: EXTENSION,
    roles: { kind: "some-of", label: "Roles", hint: "One person can hold several roles.", choices: roles },
  };
}

export function siteFields(countries: Choices): FieldsOf<Schema<"SiteCreate">> {
  return {
    name: { kind: "text", label: "Site name" },
    address: { kind: "together", label: "Address", fields: addressFields(countries) },
    email: { kind: "text", type: "email", label: "Email address", optional: true },
    telephone: { kind: "text", type: "tel", label: "Telephone number", optional: true },
    telephone_extension: EXTENSION,
  };
}
