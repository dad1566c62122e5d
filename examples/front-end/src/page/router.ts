/** Views by the part of the address after `#`, so that any server of static files will do. */
export interface Place {
  readonly path: string;
  /** The field to go to, as a JSON pointer; null for the top of the view. */
  readonly field: string | null;
}

export interface View {
  readonly title: string;
  readonly content: readonly Node[];
  /** True while something is entered that is not saved. */
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
    // Whoever clicks on faster than the answers come wants to see the last click's view.
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
      if (shown?.hasUnsaved?.() && !confirm("You have not saved what you entered here. Leave it?")) {
        event.preventDefault();
      }
    } else if (target !== null) {
      // A link to a place on the page itself: the part after `#` is taken, so the focus is moved here.
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

/** A new view is announced by moving the focus to its heading, as loading a page would. */
export function focusHeading(within: HTMLElement): void {
  scrollTo(0, 0);
  // A double click on what led here would otherwise leave the whole new view marked.
  getSelection()?.removeAllRanges();
  const heading = within.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}
