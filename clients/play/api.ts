// The generated types, and the few lines that any program wants round them.

import createClient from "openapi-fetch";
import type { components, paths } from "../generated/openapi-typescript/contract.d.ts";

export type Schemas = components["schemas"];
export type Api = ReturnType<typeof connect>;

export interface Answered<Body> {
  body: Body;
  // What the next change has to name.
  etag: string;
}

export function connect(url: string, token?: string) {
  return createClient<paths>({ baseUrl: url, headers: token ? { Authorization: `Bearer ${token}` } : {} });
}

// The body of a success; a problem ends the program with all that it says.
export async function done<Body>(
  asked: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Answered<NonNullable<Body>>> {
  const { data, error, response } = await asked;
  if (!response.ok || data === undefined || data === null) {
    throw new Error(`${response.status} ${response.url}: ${JSON.stringify(error, undefined, 2)}`);
  }
  return { body: data, etag: response.headers.get("ETag") ?? "" };
}

// The code of a problem that is expected.
export async function refused(asked: Promise<{ error?: { code: string }; response: Response }>): Promise<string> {
  const { error, response } = await asked;
  if (error === undefined) throw new Error(`${response.status} ${response.url} was not refused`);
  return error.code;
}

export function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

// Each POST carries one, so that it can be repeated safely.
export function key(): string {
  return crypto.randomUUID();
}

// The contract has `format: binary`, which the generator calls string; what is sent is a form with a file.
export function form(fields: { file: string; note?: string }): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  return made;
}
