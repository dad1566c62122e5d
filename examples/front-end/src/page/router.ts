/** A view, addressed by the part after `#`, so that any static file server can serve the example. */
export interface Place {
  readonly path: string;
  /** The field to focus, as a JSON pointer; null for the top of the view. */
  readonly field: string | null;
}

export interface View {
  readonly title: string;
  readonly content: readonly Node[];
  /** True while the view has unsaved input. */
  readonly hasUnsaved?: () => boolean;
}

type Draw = (place: Place) => Promise<View>;

let shown: View | undefined;
let drawing = 0;

export function currentPlace(): Place {
  const [path = "", query = ""] = location.hash.slice(1).split("?");
  return { path: path || "/", field: new URLSearchParams(query).get("at") };
}

/** The address of a view, and of a field in it. */
export function addressOf(path: string, field?: string): string {
  return field ? `#${path}?${new URLSearchParams({ at: field }).toString()}` : `#${path}`;
}

export function goTo(path: string): void {
  if (currentPlace().path === path) {
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = path;
  }
}

export function startRouter(draw: Draw, focusField: (field: string) => boolean): void {
  const main = document.getElementById("main") as HTMLElement;

  async function show(): Promise<void> {
    const place = currentPlace();
    const mine = ++drawing;
    main.setAttribute("aria-busy", "true");
    const view = await draw(place);
    // The person has clicked on meanwhile: show only the view of the last click.
    if (mine !== drawing) {
      return;
    }
    shown = view;
    document.title = `${view.title} – Centre recognition`;
    main.replaceChildren(...view.content);
    main.removeAttribute("aria-busy");
    if (place.field === null || !focusField(place.field)) {
      focusHeading(main);
    }
  }

  addEventListener("hashchange", () => void show());
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    const href = target?.getAttribute("href") ?? "";
    if (href.startsWith("#/")) {
      if (shown?.hasUnsaved?.() && !confirm("You have unsaved changes. Leave this page?")) {
        event.preventDefault();
      }
    } else if (target !== null) {
      // A link within the page: the router uses the part after `#`, so move the focus here.
      event.preventDefault();
      document.getElementById(href.slice(1))?.focus();
    }
  });
  addEventListener("beforeunload", (event) => {
    if (shown?.hasUnsaved?.()) {
      event.preventDefault();
    }
  });
  void show();
}

/** Move the focus to the heading of a new view, so that screen readers announce it like a page load. */
export function focusHeading(within: HTMLElement): void {
  scrollTo(0, 0);
  // Otherwise a double click on the link would leave the new view selected.
  getSelection()?.removeAllRanges();
  const heading = within.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}
