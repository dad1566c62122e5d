import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { h, link } from "../page/dom.js";
import { addressOf, goTo, type View } from "../page/router.js";

/** The centre's home: progress, missing items and the next step (R07). */
export async function homeView(centreId: string): Promise<View> {
  const home = await read(api.GET("/v1/centres/{centre_id}/home", { params: { path: { centre_id: centreId } } }));
  const { application, help } = home;
  const rolesMissing = home.contact_roles_missing.length;
  return {
    title: "Home",
    content: [
      h("h1", {}, home.name),
      h("p", { class: "lead" }, home.next_step),
      h(
        "div",
        { class: "cards" },
        card("Sites", `${home.open_sites} open, including the main site`, link(addressOf("/sites"), "Sites")),
        card(
          "Contacts",
          rolesMissing > 0 ? `Vacant roles: ${rolesMissing}` : "✓ Every role is held",
          link(addressOf("/contacts"), "Contacts"),
        ),
        application ? applicationCard(application, home.missing.length) : startCard(centreId),
      ),
      h("h2", {}, "Help"),
      h("p", {}, `${help.team}: ${help.telephone}, `, link(`mailto:${help.enquiries_email}`, help.enquiries_email)),
    ],
  };
}

function card(title: string, ...content: readonly (Node | string)[]): HTMLElement {
  return h("section", { class: "card" }, h("h2", {}, title), ...content.map((part) => h("p", {}, part)));
}

function applicationCard(application: Schema<"ApplicationSummary">, missing: number): HTMLElement {
  const address = addressOf(`/applications/${application.id}`);
  const state = missing > 0 ? `${application.status_for_centre}; ${missing} missing` : application.status_for_centre;
  return card(`Application ${application.reference}`, state, link(address, "Open the application"));
}

function startCard(centreId: string): HTMLElement {
  const trouble = h("p", { role: "alert" });
  const keyFor = keyForAttempts();
  const start = async (): Promise<void> => {
    const outcome = await ask(
      api.POST("/v1/centres/{centre_id}/applications", {
        params: { path: { centre_id: centreId }, header: { "Idempotency-Key": keyFor("start") } },
      }),
    );
    if (outcome.ok) {
      goTo(`/applications/${outcome.data.id}`);
    } else {
      trouble.textContent = outcome.problem.detail;
    }
  };
  const button = h("button", { type: "button", click: () => void start() }, "Start the application");
  return card("Application for centre recognition", "Not started", button, trouble);
}
