import type { Schema } from "../api/client.js";
import type { Choices, Field, FieldsOf } from "./fields.js";

export const EXTENSION: Field = { kind: "text", label: "Extension", short: true, optional: true };

/** A postal address. With `own`, the browser can fill in the organisation's address. */
export function addressFields(countries: Choices, own = false): FieldsOf<Schema<"AddressInput">> {
  const text = (label: string, autocomplete: AutoFill): Field => {
    return { kind: "text", label, ...(own ? { autocomplete } : {}) };
  };
  return {
    line_1: text("Building and street", "address-line1"),
    line_2: { ...text("Second line", "address-line2"), optional: true },
    town: text("Town or city", "address-level2"),
    county: { ...text("County or region", "address-level1"), optional: true },
    postcode: {
      ...text("Postcode", "postal-code"),
      short: true,
      hint: "Leave it empty if there are no postcodes in the country.",
    } as Field,
    country: { kind: "one-of", label: "Country", choices: countries },
  };
}
