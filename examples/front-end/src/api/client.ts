import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./contract.js";
import { currentToken, renewToken } from "./session.js";

/** The shapes of the contract by their names there: `Schema<"Application">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The typed client. Paths, parameters, bodies and answers are checked against the contract when this is compiled. */
export let api: Client<paths>;
export let apiAddress: string;

export function configureClient(address: string): void {
  apiAddress = address;
  api = createClient<paths>({ baseUrl: address, fetch: fetchWithSession });
}

/** Send the access token along. Where it is refused, get a new one and send the very same request once more. */
async function fetchWithSession(request: Request): Promise<Response> {
  // The body of a request can be read once, so what may have to be sent again is copied first.
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
