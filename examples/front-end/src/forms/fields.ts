import type { Schema } from "../api/client.js";
import type { Values } from "./values.js";

export type Choices = readonly Schema<"Choice">[];

interface Common {
  readonly label: string;
  readonly hint?: string;
  /** Marked in words: most questions have to be answered, so the others are the ones that are marked. */
  readonly optional?: true;
  /** Shown only where this holds for the answers beside it. */
  readonly when?: (beside: Values) => boolean;
}

/** A question of a form. The kind says how it is asked and what its answer looks like in JSON. */
export type Field = Common &
  (
    | {
        readonly kind: "text";
        readonly type?: "email" | "tel" | "url" | "password";
        readonly autocomplete?: AutoFill;
        readonly short?: true;
      }
    | { readonly kind: "whole-number" | "date" | "long-text" | "yes-or-no" | "confirmation" }
    /** Several short texts, one to a line. */
    | { readonly kind: "lines" }
    | { readonly kind: "one-of" | "some-of"; readonly choices: Choices }
    | { readonly kind: "together"; readonly fields: Fields }
    /** A list; `entry` is what one of its entries is called. */
    | { readonly kind: "list"; readonly fields: Fields; readonly entry: string }
  );

export type Fields = { readonly [name: string]: Field };

/**
 * The questions for a schema of the contract: one for each of its properties, neither more nor fewer.
 *
 * A property that is added to the contract, renamed or removed there does not compile until it is asked here.
 */
export type FieldsOf<Draft> = { readonly [Name in keyof Required<Draft> & string]: Field };

/** An element's id for a place in a form, which the pointers of the API's faults name too. */
export function idOf(form: string, pointer: string): string {
  return `${form}${pointer.replaceAll(/[^A-Za-z0-9_]/g, "-")}`;
}
