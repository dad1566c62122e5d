import type { components } from "./contract.js";
import { noAnswer, isProblem, unexpected, type Outcome } from "./problems.js";

type Tokens = components["schemas"]["SessionTokens"];

/**
 * The session of the person who is signed in.
 *
 * The access token lives in memory for minutes. The refresh token is kept in sessionStorage, so that reloading the page
 * does not sign the person out: it belongs to this tab alone, is used once, and the strict Content-Security-Policy is
 * what keeps foreign scripts from reading it.
 */
const STORED = "refresh-token";
// A token that expires while a request is on its way would be refused, so it is replaced a little earlier.
const EARLY_MILLISECONDS = 30_000;

let apiAddress = "";
let tokens: (Tokens & { readonly expiresAt: number }) | undefined;
let refreshing: Promise<boolean> | undefined;
let askToSignInAgain: () => Promise<boolean> = () => Promise.resolve(false);

export function configureSession(address: string, signInAgain: () => Promise<boolean>): void {
  apiAddress = address;
  askToSignInAgain = signInAgain;
}

export function isSignedIn(): boolean {
  return tokens !== undefined;
}

/** True while the first password has to be replaced; such a session opens nothing else. */
export function mustChangePassword(): boolean {
  return tokens?.must_change_password ?? false;
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

/** Take up the session that this tab had before it was reloaded. */
export async function resumeSession(): Promise<void> {
  if (sessionStorage.getItem(STORED) !== null) {
    await refresh();
  }
}

/** The access token for the next request, replaced first if it is about to expire; undefined for the public. */
export async function currentToken(): Promise<string | undefined> {
  if (tokens && tokens.refresh_token !== null && tokens.expiresAt - Date.now() < EARLY_MILLISECONDS) {
    await refresh();
  }
  return tokens?.access_token;
}

/** A token was refused: try to get a new one, and where that fails ask the person. False when there is none. */
export async function renewToken(): Promise<boolean> {
  return tokens !== undefined && ((await refresh()) || (await askToSignInAgain()));
}

/**
 * Exchange the refresh token. A refresh token can be used once: using it again looks like theft and ends the session.
 * Requests that run side by side therefore share one exchange.
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

// The client in client.ts asks this module for tokens, so this module cannot use that client.
async function post(path: "/v1/sessions" | "/v1/sessions/refresh", body: object): Promise<Outcome<Tokens>> {
  try {
    const response = await fetch(apiAddress + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const said: unknown = await response.json();
    if (response.ok) {
      return { ok: true, data: said as Tokens };
    }
    return { ok: false, problem: isProblem(said) ? said : unexpected(response.status) };
  } catch {
    return { ok: false, problem: noAnswer() };
  }
}
