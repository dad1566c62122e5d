type Attribute = string | number | boolean | undefined | ((event: Event) => void);
export type Child = Node | string | null;

/**
 * Create an element. Text is always added as text, so input from people or the API is never parsed as HTML.
 *
 * An attribute that is true is set without a value; false and undefined omit it. A function becomes an event listener.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Attribute> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function link(href: string, text: string): HTMLAnchorElement {
  return h("a", { href }, text);
}

/** Render the API's guidance text: blank lines separate paragraphs, and list items start with `- `. */
export function prose(text: string): HTMLElement {
  const blocks = text.split(/\n{2,}/).flatMap((block) => {
    const lines = block.split("\n");
    const points = lines.filter((line) => line.startsWith("- "));
    const words = lines.filter((line) => !line.startsWith("- ")).join(" ");
    const list = h("ul", {}, ...points.map((point) => h("li", {}, point.slice(2))));
    return [...(words ? [h("p", {}, words)] : []), ...(points.length > 0 ? [list] : [])];
  });
  return h("div", {}, ...blocks);
}

const moments = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** Format a date of the API, which is the same day in every time zone. */
export function day(date: string): string {
  return days.format(new Date(date));
}

/** Format a UTC time of the API in the person's time zone. */
export function moment(utc: string): string {
  return moments.format(new Date(utc));
}

/** Format an amount of the API, which counts pence. */
export function money({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(amount / 100);
}

/** A key of the API in words, for a value that this front end has no words for yet. */
export function spoken(key: string): string {
  const text = key.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A list of terms with what there is to say of each; without those that say nothing. */
export function facts(...pairs: readonly (readonly [string, Node | string | null])[]): HTMLElement {
  const told = pairs.flatMap(([term, said]) => (said === null ? [] : [h("div", {}, h("dt", {}, term), h("dd", {}, said))]));
  return h("dl", {}, ...told);
}

/** Count things: `counted(2, "item")` is "2 items". */
export function counted(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
