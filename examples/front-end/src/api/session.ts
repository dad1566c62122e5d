import type { components } from "./contract.js";
import { noAnswer, isProblem, unexpected, type Outcome } from "./problems.js";

type Tokens = components["schemas"]["SessionTokens"];

/**
 * The session of the signed-in person.
 *
 * The access token stays in memory for its few minutes. The refresh token is in sessionStorage, so that a reload does
 * not sign the person out. It is limited to this tab and works once, and the strict Content-Security-Policy keeps
 * foreign scripts from reading it.
 */
const STORED = "refresh-token";
// Refresh early, so that a token does not expire while a request is on its way.
const EARLY_MILLISECONDS = 30_000;

let apiAddress = "";
let tokens: (Tokens & { readonly expiresAt: number }) | undefined;
let refreshing: Promise<boolean> | undefined;
let asking: Promise<boolean> | undefined;
let askToSignInAgain: () => Promise<boolean> = () => Promise.resolve(false);

export function configureSession(address: string, signInAgain: () => Promise<boolean>): void {
  apiAddress = address;
  askToSignInAgain = signInAgain;
}

export function isSignedIn(): boolean {
  return tokens !== undefined;
}

/** True while the person must replace their first password; the session can do nothing else. */
export function mustChangePassword(): boolean {
  return tokens?.must_change_password ?? false;
}

/**
 * How the person can prove the second factor that this session owes; empty if they have to add the first one, undefined
 * if it owes none. Until then the session can do nothing else.
 */
export function owedFactors(): Tokens["second_factors"] | undefined {
  return tokens?.second_factor_required === true ? tokens.second_factors : undefined;
}

export function keepTokens(given: Tokens): void {
  tokens = { ...given, expiresAt: Date.now() + given.expires_in * 1000 };
  if (given.refresh_token === null) {
    sessionStorage.removeItem(STORED);
  } else {
    sessionStorage.setItem(STORED, given.refresh_token);
  }
}

export function forgetTokens(): void {
  tokens = undefined;
  sessionStorage.removeItem(STORED);
}

export async function signIn(email: string, password: string): Promise<Outcome<Tokens>> {
  const outcome = await post("/v1/sessions", { email, password });
  if (outcome.ok) {
    keepTokens(outcome.data);
  }
  return outcome;
}

/** Resume the session that this tab had before a reload. */
export async function resumeSession(): Promise<void> {
  if (sessionStorage.getItem(STORED) !== null) {
    await refresh();
  }
}

/** The access token for the next request, refreshed if it is about to expire; undefined if nobody is signed in. */
export async function currentToken(): Promise<string | undefined> {
  if (tokens && tokens.refresh_token !== null && tokens.expiresAt - Date.now() < EARLY_MILLISECONDS) {
    await refresh();
  }
  return tokens?.access_token;
}

/** Replace a refused token: refresh it, or else ask the person to sign in. False if neither works. */
export async function renewToken(): Promise<boolean> {
  return tokens !== undefined && ((await refresh()) || (await signInAgain()));
}

/** Requests that were refused together show one dialog. */
function signInAgain(): Promise<boolean> {
  asking ??= askToSignInAgain().finally(() => {
    asking = undefined;
  });
  return asking;
}

/** Sign out here, and on the server if it can be reached, so that copies of the tokens stop working. */
export async function signOut(): Promise<void> {
  const token = await currentToken();
  forgetTokens();
  const headers = { Authorization: `Bearer ${token ?? ""}` };
  // Whether the session has ended already, or the API is away: nobody is asked to sign in in order to sign out.
  await fetch(`${apiAddress}/v1/sessions/current`, { method: "DELETE", headers }).catch(() => undefined);
}

/**
 * Exchange the refresh token. It works once: using it again looks like theft and ends the session, so concurrent
 * requests share one exchange.
 */
function refresh(): Promise<boolean> {
  refreshing ??= exchange().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function exchange(): Promise<boolean> {
  const refreshToken = sessionStorage.getItem(STORED);
  if (refreshToken === null) {
    return false;
  }
  const outcome = await post("/v1/sessions/refresh", { refresh_token: refreshToken });
  if (outcome.ok) {
    keepTokens(outcome.data);
  } else if (outcome.problem.status === 401) {
    sessionStorage.removeItem(STORED);
  }
  return outcome.ok;
}

// client.ts depends on this module for tokens, so this module cannot use its client.
async function post(path: "/v1/sessions" | "/v1/sessions/refresh", body: object): Promise<Outcome<Tokens>> {
  try {
    const response = await fetch(apiAddress + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (response.ok) {
      return { ok: true, data: answer as Tokens };
    }
    return { ok: false, problem: isProblem(answer) ? answer : unexpected(response.status) };
  } catch {
    return { ok: false, problem: noAnswer() };
  }
}
