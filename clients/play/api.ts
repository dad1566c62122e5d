// Helpers around the generated types.

import createClient from "openapi-fetch";
import type { components, paths } from "../generated/openapi-typescript/contract.d.ts";

export type Schemas = components["schemas"];
export type Api = ReturnType<typeof connect>;
type Json = "application/json" | "application/problem+json";

export interface Answered<Body> {
  body: Body;
  // For If-Match in the next change.
  etag: string;
}

export function connect(url: string, token?: string) {
  // Some lists are also files. Of what may be answered, this client reads JSON.
  return createClient<paths, Json>({ baseUrl: url, headers: token ? { Authorization: `Bearer ${token}` } : {} });
}

// Return the body and ETag of a success; throw on a problem.
export async function done<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Answered<NonNullable<Body>>> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined || data === null) {
    throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error, undefined, 2)}`);
  }
  return { body: data, etag: response.headers.get("ETag") ?? "" };
}

// Return the code of an expected problem; throw if the request succeeds.
export async function refused(call: Promise<{ error?: { code: string }; response: Response }>): Promise<string> {
  const { error, response } = await call;
  if (error === undefined) throw new Error(`${response.status} ${response.url} was not refused`);
  return error.code;
}

export function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

// A new idempotency key, so that a POST can be retried safely.
export function key(): string {
  return crypto.randomUUID();
}

// The generator types `format: binary` as string; send a form with a file.
export function form(fields: { file: string; note?: string }): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  return made;
}
