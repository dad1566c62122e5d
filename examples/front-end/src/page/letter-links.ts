/** The pages that links in letters lead to: `/confirm-email#token=…`. */
const PAGES = ["invitation", "confirm-email", "cancel-email-change", "reset-password"];

let token = "";

/**
 * Take the token of a letter's link out of the address, before it gets into the history, a bookmark or a copied address.
 *
 * It stands behind `#`, so that no server and no proxy has seen it. It is kept in memory only: after a reload, the
 * person opens the link again.
 */
export function openLetterLink(): void {
  const page = location.pathname.slice(1);
  if (PAGES.includes(page)) {
    token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
    history.replaceState(null, "", `/#/${page}`);
  }
}

/** The token of the link that this page was opened with; empty without one. The API judges it. */
export function letterToken(): string {
  return token;
}
