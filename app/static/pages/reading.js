// Starts Redoc, and puts right what axe-core finds in it.
"use strict";

// Stands for this server in the code samples: see app/http/code_samples.py.
const SAMPLE_ORIGIN = "https://api.example.com";
const OLD_LINK = /^#\/([^/]+)\/(\w+)$/;

// Links to an operation had Swagger UI's form while it lived here.
function followOldLink() {
  const [, , operation] = OLD_LINK.exec(decodeURIComponent(location.hash)) ?? [];
  if (operation) {
    location.replace(`#operation/${operation}`);
  }
}

// Three faults of Redoc: headings skip from level two to five, samples that scroll cannot be reached from the keyboard,
// and the label of a menu entry leaves out the verb that the entry shows.
function mend(root) {
  for (const heading of root.querySelectorAll("h5:not([aria-level])")) {
    heading.setAttribute("role", "heading");
    heading.setAttribute("aria-level", "3");
  }
  for (const sample of root.querySelectorAll("pre:not([tabindex])")) {
    sample.tabIndex = 0;
  }
  for (const entry of root.querySelectorAll("[role=menuitem][aria-label]")) {
    entry.removeAttribute("aria-label");
  }
}

async function start() {
  followOldLink();
  const root = document.getElementById("reference");
  const response = await fetch("docs/openapi.json");
  const text = (await response.text()).replaceAll(SAMPLE_ORIGIN, location.origin + location.pathname.replace(/\/docs$/, ""));
  const options = {
    hideDownloadButton: true,
    nativeScrollbars: true,
    onlyRequiredInSamples: false,
    sortRequiredPropsFirst: true,
    scrollYOffset: () => document.querySelector(".about").offsetHeight,
    theme: { typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } } },
  };
  new MutationObserver(() => mend(root)).observe(root, { childList: true, subtree: true });
  Redoc.init(JSON.parse(text), options, root, () => {
    mend(root);
    root.dataset.ready = "true";
  });
}

start();
