export type Json = string | number | boolean | null | readonly Json[] | Values;
export type Values = { readonly [name: string]: Json };

export function isValues(value: Json | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In a draft, a missing value, null and an object of such values all mean that nothing is entered. */
export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (isValues(value) && Object.values(value).every(isBlank));
}

/**
 * The answers without unanswered questions, for the body of a create. The API reports a missing property as required,
 * but null as a wrong type.
 *
 * The type is a claim: the API checks whether the answers are complete, and lists every fault.
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
 * The JSON Merge Patch (RFC 7396) from `from` to `to`: only the changes.
 *
 * Sending only the changes keeps what someone else has changed in other fields. A list is replaced as a whole, as
 * merge patch defines.
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

/** Apply a merge patch. */
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
