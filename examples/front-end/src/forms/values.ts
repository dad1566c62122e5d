export type Json = string | number | boolean | null | readonly Json[] | Values;
export type Values = { readonly [name: string]: Json };

export function isValues(value: Json | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is left out and what is null mean the same in a draft: nothing is entered. So does an object of nothing. */
export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (isValues(value) && Object.values(value).every(isBlank));
}

/**
 * The answers without the questions that were left out, for what is sent as new: there the API says of what is not
 * sent that it is required, and of null that it is no text.
 *
 * The type is a claim: nobody has checked whether the answers suffice. The API does, and names every fault.
 */
export function answered<Body>(values: Values): Body {
  return withoutNull(values) as Body;
}

function withoutNull(values: Values): Values {
  const given = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, isValues(value) ? withoutNull(value) : value]));
}

export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (isBlank(one) || isBlank(other)) {
    return isBlank(one) && isBlank(other);
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((entry: Json, index) => isSame(entry, other[index] as Json));
  }
  if (isValues(one) && isValues(other)) {
    return namesOf(one, other).every((name) => isSame(one[name], other[name]));
  }
  return one === other;
}

/**
 * The JSON Merge Patch (RFC 7396) that makes `to` of `from`: only what was changed.
 *
 * Sending only this, and not the whole form, leaves alone what somebody else has changed meanwhile in other fields.
 * A list is replaced as a whole, as merge patch has it.
 */
export function difference(from: Values, to: Values): Values {
  const patch: Record<string, Json> = {};
  for (const name of namesOf(from, to)) {
    const before = from[name];
    const after = to[name] ?? null;
    if (!isSame(before, after)) {
      patch[name] = isValues(before) && isValues(after) ? difference(before, after) : after;
    }
  }
  return patch;
}

/** What comes of applying a merge patch. */
export function patched(target: Values, patch: Values): Values {
  const result: Record<string, Json> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const before = target[name];
    result[name] = isValues(value) ? patched(isValues(before) ? before : {}, value) : value;
  }
  return result;
}

function namesOf(one: Values, other: Values): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
