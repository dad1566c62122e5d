import type { components } from "./contract.js";

export type Problem = components["schemas"]["Problem"];
export type Fault = components["schemas"]["ProblemFault"];

/** What came of a request: the answer, or the problem that the API explains in words for a person. */
export type Outcome<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly problem: Problem };

/**
 * Wait for a call of the generated client and turn whatever went wrong into a `Problem`.
 *
 * openapi-fetch answers `{data, error}` for every answer of the server and throws where there was none. For the person
 * in front of the screen both are the same, a problem with a sentence, so there is one way to show it.
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

/** Every error of the API is a problem document; a proxy in between may answer with something else. */
export function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

export function unexpected(status: number): Problem {
  return ours("unexpected_answer", "Unexpected answer", `The service answered ${status}. Try again in a moment.`);
}

export function noAnswer(): Problem {
  return ours(
    "no_answer",
    "No answer",
    "The service could not be reached. What you entered is still here: check your connection and try again.",
  );
}

function ours(code: string, title: string, detail: string): Problem {
  return { type: "about:blank", title, status: 503, code, detail, request_id: "" };
}

/** Thrown where a view cannot be shown without an answer that was refused. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Wait for what a view is made of. Throws `Refused`, which the router shows in the view's place. */
export async function read<T>(call: Parameters<typeof ask<T>>[0]): Promise<T> {
  const outcome = await ask(call);
  if (!outcome.ok) {
    throw new Refused(outcome.problem);
  }
  return outcome.data;
}
