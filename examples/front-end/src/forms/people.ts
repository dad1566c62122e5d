import type { Schema } from "../api/client.js";
import { addressFields } from "./address.js";
import type { Choices, FieldsOf } from "./fields.js";

export const SIGN_IN_FIELDS: FieldsOf<Schema<"SessionCreate">> = {
  email: { kind: "text", type: "email", label: "Email address", autocomplete: "username" },
  password: { kind: "text", type: "password", label: "Password", autocomplete: "current-password" },
};

export const NEW_PASSWORD_FIELDS: FieldsOf<Pick<Schema<"PasswordChange">, "new_password">> = {
  new_password: {
    kind: "text",
    type: "password",
    label: "New password",
    hint: "12 to 128 characters. A few words in a row are good, and easy to remember.",
    autocomplete: "new-password",
  },
};

/** A contact need not be somebody who signs in, so the contract's `user_id` is not asked for. */
export function contactFields(roles: Choices): FieldsOf<Omit<Schema<"ContactCreate">, "user_id">> {
  return {
    first_name: { kind: "text", label: "First name" },
    last_name: { kind: "text", label: "Last name" },
    job_title: { kind: "text", label: "Job title", optional: true },
    email: { kind: "text", type: "email", label: "Email address" },
    telephone: { kind: "text", type: "tel", label: "Telephone number", optional: true },
    roles: { kind: "some-of", label: "Roles", hint: "One person may hold several.", choices: roles },
  };
}

export function siteFields(countries: Choices): FieldsOf<Schema<"SiteCreate">> {
  return {
    name: { kind: "text", label: "Name of the site" },
    address: { kind: "together", label: "Address", fields: addressFields(countries) },
    email: { kind: "text", type: "email", label: "Email address", optional: true },
    telephone: { kind: "text", type: "tel", label: "Telephone number", optional: true },
  };
}
