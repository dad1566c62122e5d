import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./contract.js";
import { currentToken, renewToken } from "./session.js";

/** A schema of the contract by name: `Schema<"Application">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The typed client. The compiler checks paths, parameters, bodies and responses against the contract. */
export let api: Client<paths>;
export let apiAddress: string;

export function configureClient(address: string): void {
  apiAddress = address;
  api = createClient<paths>({ baseUrl: address, fetch: fetchWithSession });
}

/** Send the access token. If it is refused, get a new one and retry once. */
async function fetchWithSession(request: Request): Promise<Response> {
  // A request body can be read only once, so clone the request for the retry.
  const again = request.clone();
  const response = await fetch(await authorised(request));
  if (response.status === 401 && (await renewToken())) {
    return fetch(await authorised(again));
  }
  return response;
}

async function authorised(request: Request): Promise<Request> {
  const token = await currentToken();
  if (token !== undefined) {
    request.headers.set("Authorization", `Bearer ${token}`);
  }
  return request;
}
