/**
 * The idempotency key of what a person is trying to send.
 *
 * The key belongs to the content: the same content keeps its key however often it is sent, by a double click or after
 * a lost answer, and the API answers a repeat with its first answer. Changed content is another attempt and gets
 * another key, because the API refuses a key that comes back with other content.
 */
export function keyForAttempts(): (content: unknown) => string {
  let last: { readonly content: string; readonly key: string } | undefined;
  return (content) => {
    const said = JSON.stringify(content);
    if (last?.content !== said) {
      last = { content: said, key: crypto.randomUUID() };
    }
    return last.key;
  };
}
