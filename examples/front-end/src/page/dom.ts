type Attribute = string | number | boolean | undefined | ((event: Event) => void);
export type Child = Node | string | null;

/**
 * Make an element. Text is always added as text: nothing that came from a person or the API is ever read as HTML.
 *
 * An attribute that is true stands without a value, one that is false or undefined is left out, and a function listens
 * to the event of that name.
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

/** A link inside this front end, or to another place. */
export function link(href: string, text: string): HTMLAnchorElement {
  return h("a", { href }, text);
}

/** Plain text as the API writes guidance: paragraphs apart by an empty line, points begin with `- `. */
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

/** A moment of the API, which is in UTC, in the person's own time. */
export function moment(utc: string): string {
  return moments.format(new Date(utc));
}
