import type { components } from "./contract.js";

export type Problem = components["schemas"]["Problem"];
export type Fault = components["schemas"]["ProblemFault"];

/** The outcome of a request: the data, or a problem with a message for the person. */
export type Outcome<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problem: Problem };

/**
 * Wait for a call of the generated client, and turn every failure into a `Problem`.
 *
 * openapi-fetch returns `{data, error}` for a response and throws if there is none. Both are shown in the same way.
 */
export async function ask<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Outcome<T>> {
  try {
    const { data, error, response } = await call;
    if (response.ok) {
      return { ok: true, data: data as T };
    }
    return { ok: false, problem: isProblem(error) ? error : unexpected(response.status) };
  } catch {
    return { ok: false, problem: noAnswer() };
  }
}

/** Every API error is a problem document, but a proxy in between may send something else. */
export function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

export function unexpected(status: number): Problem {
  return ours("unexpected_answer", "Unexpected answer", `The service returned status ${status}. Try again in a moment.`);
}

export function noAnswer(): Problem {
  return ours(
    "no_answer",
    "No answer",
    "The service could not be reached. What you entered is still here: check your connection and try again.",
  );
}

/** The person has cancelled, or the browser has no passkey for this site: it tells neither apart. */
export function noPasskey(): Problem {
  return ours("no_passkey", "No passkey", "Your browser gave no passkey. Try again, or choose another way.");
}

function ours(code: string, title: string, detail: string): Problem {
  return { type: "about:blank", title, status: 503, code, detail, request_id: "" };
}

/** Thrown when a view cannot be shown because a request it needs was refused. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Wait for the data of a view. Throws `Refused`; the router then shows the problem instead of the view. */
export async function read<T>(call: Parameters<typeof ask<T>>[0]): Promise<T> {
  const outcome = await ask(call);
  if (!outcome.ok) {
    throw new Refused(outcome.problem);
  }
  return outcome.data;
}
