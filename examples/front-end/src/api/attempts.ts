/**
 * Return a function that gives the idempotency key for some content.
 *
 * A double click or a retry after a lost response sends the same content, so it gets the same key, and the API replays
 * its first response. Changed content gets a new key, because the API refuses a key that is reused for other content.
 */
export function keyForAttempts(): (content: unknown) => string {
  let last: { readonly content: string; readonly key: string } | undefined;
  return (content) => {
    const json = JSON.stringify(content);
    if (last?.content !== json) {
      last = { content: json, key: crypto.randomUUID() };
    }
    return last.key;
  };
}
