import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { saveDocument } from "../api/downloads.js";
import { ask, read } from "../api/problems.js";
import { readProcess } from "../api/reading.js";
import { h, link } from "../page/dom.js";
import { drawDownload } from "../page/download.js";
import { addressOf, goTo, type View } from "../page/router.js";
import { drawSections } from "../page/sections.js";
import { linesOf, NOTHING_YET, readCase } from "./case.js";
import { drawNext } from "./next.js";
import { drawStages } from "./stages.js";

type Home = Schema<"CentreHome">;

/** The centre's home: what is to be done now, and how far the application has come, stage by stage (R07). */
export async function homeView(centreId: string): Promise<View> {
  const [home, process] = await Promise.all([
    read(api.GET("/v1/centres/{centre_id}/home", { params: { path: { centre_id: centreId } } })),
    readProcess(),
  ]);
  const { application, sections, missing } = home;
  const found = application ? await readCase(application.id) : NOTHING_YET;
  const form = application ? await drawForm(application, sections, missing) : null;
  return {
    title: "Home",
    content: [
      h("h1", {}, home.name),
      drawNext(home, found, application && home.next_step_code !== "apply_again" ? [] : startButton(centreId)),
      h("h2", {}, "Progress"),
      drawStages(process, home, form, linesOf(home, found)),
      h("h2", {}, "Your centre"),
      h("div", { class: "cards" }, ...cards(home)),
      h("h2", {}, "Help"),
      ...help(home),
    ],
  };
}

async function drawForm(
  { id, reference }: Schema<"ApplicationSummary">,
  sections: Home["sections"],
  missing: Home["missing"],
): Promise<Node> {
  const overview = h("p", {}, link(addressOf(`/applications/${id}`), `Application ${reference}`));
  return h("div", {}, overview, await drawSections(id, sections, missing, { open: false }));
}

function cards({ name, open_sites: sites, contact_roles_missing: vacant }: Home): Node[] {
  const roles = vacant.length > 0 ? `Vacant roles: ${vacant.length}` : "✓ Every role is held";
  return [
    card("Sites", `${sites} open, including the main site`, link(addressOf("/sites"), "Sites")),
    card("Contacts", roles, link(addressOf("/contacts"), "Contacts")),
    card("Names", name, link(addressOf("/names"), "Change the names")),
  ];
}

function card(title: string, ...content: readonly (Node | string)[]): HTMLElement {
  return h("section", { class: "card" }, h("h3", {}, title), ...content.map((part) => h("p", {}, part)));
}

function help({ help: team, documents }: Home): Node[] {
  const offered = documents.map(({ id, title, version }) =>
    h("li", {}, ...drawDownload(`${title}, version ${version}`, () => saveDocument(id, `${title}.pdf`))),
  );
  return [
    h("p", {}, `${team.team}: ${team.telephone}, `, link(`mailto:${team.enquiries_email}`, team.enquiries_email)),
    h("details", {}, h("summary", {}, "Our documents"), h("ul", { class: "plain" }, ...offered)),
  ];
}

function startButton(centreId: string): Node[] {
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
  return [h("button", { type: "button", click: () => void start() }, "Start the application"), trouble];
}
