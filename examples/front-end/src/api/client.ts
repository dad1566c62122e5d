import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./contract.js";
import { isProblem, type Problem } from "./problems.js";
import { currentToken, renewToken } from "./session.js";

/** A schema of the contract by name: `Schema<"Application">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The typed client. The compiler checks paths, parameters, bodies and responses against the contract. */
export let api: Client<paths>;
export let apiAddress: string;

let askForProof: (problem: Problem) => Promise<boolean> = () => Promise.resolve(false);
let asking: Promise<boolean> | undefined;

export function configureClient(address: string, proveAgain: (problem: Problem) => Promise<boolean>): void {
  apiAddress = address;
  askForProof = proveAgain;
  api = createClient<paths>({ baseUrl: address, fetch: fetchWithSession });
}

/** Send the access token. If it is refused, or a fresh proof is needed first, get that and send the request once more. */
async function fetchWithSession(request: Request): Promise<Response> {
  // A request body can be read only once, so clone the request for the retry.
  const again = request.clone();
  const response = await fetch(await authorised(request));
  return (await mayRetry(response)) ? fetch(await authorised(again)) : response;
}

async function mayRetry(response: Response): Promise<boolean> {
  if (response.status === 401) {
    return renewToken();
  }
  if (response.status !== 403) {
    return false;
  }
  const problem: unknown = await response.clone().json().catch(() => undefined);
  // The second factor can also be owed because the person has just added one on another device.
  const proves = isProblem(problem) && ["step_up_required", "second_factor_required"].includes(problem.code);
  return proves && proveAgain(problem);
}

/** Requests that were refused together show one dialog. */
function proveAgain(problem: Problem): Promise<boolean> {
  asking ??= askForProof(problem).finally(() => {
    asking = undefined;
  });
  return asking;
}

async function authorised(request: Request): Promise<Request> {
  const token = await currentToken();
  if (token !== undefined) {
    request.headers.set("Authorization", `Bearer ${token}`);
  }
  return request;
}
