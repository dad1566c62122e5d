import type { Schema } from "../api/client.js";
import type { Values } from "./values.js";

export type Choices = readonly Schema<"Choice">[];

interface Common {
  readonly label: string;
  readonly hint?: string;
  /** Most questions are required, so the optional ones are marked. */
  readonly optional?: true;
  /** Shown only if this returns true for the other answers of the same object. */
  readonly when?: (beside: Values) => boolean;
}

/** A question of a form. The kind sets the control and the JSON type of the answer. */
export type Field = Common &
  (
    | {
        readonly kind: "text";
        readonly type?: "email" | "tel" | "url" | "password";
        readonly autocomplete?: AutoFill;
        readonly short?: true;
      }
    | { readonly kind: "whole-number" | "date" | "long-text" | "yes-or-no" | "confirmation" }
    /** Several short texts, one per line. */
    | { readonly kind: "lines" }
    | { readonly kind: "one-of"; readonly choices: Choices }
    /** `more` are the choices that few need: folded away until one is chosen. */
    | { readonly kind: "some-of"; readonly choices: Choices; readonly more?: { label: string; choices: Choices } }
    | { readonly kind: "together"; readonly fields: Fields }
    /** A list; `entry` is the name of one entry. */
    | { readonly kind: "list"; readonly fields: Fields; readonly entry: string }
  );

export type Fields = { readonly [name: string]: Field };

/**
 * The questions for a schema of the contract: exactly one for each property.
 *
 * If a property is added to the contract, renamed or removed, the form does not compile until it follows.
 */
export type FieldsOf<Draft> = { readonly [Name in keyof Required<Draft> & string]: Field };

/** The element id for a pointer in a form. */
export function idOf(form: string, pointer: string): string {
  return `${form}${pointer.replaceAll(/[^A-Za-z0-9_]/g, "-")}`;
}
