import { api, type Schema } from "../api/client.js";
import { ask, read, type Problem } from "../api/problems.js";
import { labelOf, myCentre, readApplication, referenceData } from "../api/reading.js";
import { detailsFields, type Group } from "../forms/details.js";
import { drawForm } from "../forms/form.js";
import { difference, isSame, type Values } from "../forms/values.js";
import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import { backToApplication } from "../page/places.js";
import { drawReadiness } from "../page/readiness.js";
import type { View } from "../page/router.js";
import { merge } from "./stale-save.js";
import { readSites } from "./sites.js";

/** One group of section Application, saved separately (R12). */
export async function detailsView(id: string, group: Group): Promise<View> {
  const path = { application_id: id, group };
  const [reference, application, centre] = await Promise.all([referenceData(), readApplication(id), myCentre()]);
  const sites = group === "provision" && centre ? (await readSites(centre.centre_id)).items : [];
  const choices = sites.map((site) => ({ key: site.id, label: site.name }));
  const fields = detailsFields(group, reference.vocabularies, choices);
  const title = labelOf(reference.details_groups, group);
  const editable = ["draft", "returned"].includes(application.status);

  /** The last version read. A save names it and sends only the differences from it. */
  let base = await readGroup();
  const readiness = await drawReadiness(id, (item) => item.group === group);

  async function readGroup(): Promise<{ etag: string; values: Values }> {
    const call = api.GET("/v1/applications/{application_id}/details/{group}", { params: { path } });
    return versioned(await read(call));
  }

  async function save(values: Values): Promise<Problem | undefined> {
    const patch = difference(base.values, values);
    if (isSame(patch, {})) {
      announce("There are no changes to save.");
      return undefined;
    }
    const outcome = await ask(
      api.PATCH(`/v1/applications/{application_id}/details/${group}` as const, {
        params: { path: { application_id: id }, header: { "If-Match": base.etag } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: patch,
      }),
    );
    if (outcome.ok) {
      // Show the normalised values: a postcode in capitals, an international telephone number.
      base = versioned(outcome.data);
      form.write(base.values);
      status.textContent = "✓ Saved";
      await readiness.refresh("Saved.");
      return undefined;
    }
    if (outcome.problem.code !== "stale_version") {
      return outcome.problem;
    }
    return resolveConflict(values);
  }

  /** Someone else has saved first. Read their answers, and let the person decide. */
  async function resolveConflict(mine: Values): Promise<undefined> {
    const theirs = await readGroup();
    const merged = await merge(fields, { base: base.values, mine, theirs: theirs.values });
    if (merged !== undefined) {
      base = theirs;
      form.write(merged);
      status.textContent = "Their answers are loaded, with your changes on top. Check them, then save.";
      announce(status.textContent);
    }
    return undefined;
  }

  const status = h("p", { class: "done", "aria-live": "off" });
  const form = drawForm({ name: "details", fields, button: "Save", send: save });
  form.write(base.values);
  form.element.addEventListener("input", () => {
    status.textContent = "";
  });
  if (!editable) {
    for (const part of form.element.querySelectorAll("input, select, textarea, button")) {
      part.setAttribute("disabled", "");
    }
  }
  return {
    title,
    content: [
      backToApplication(id),
      h("h1", {}, title),
      h("div", { class: "with-aside" }, h("div", {}, form.element, status), editable ? readiness.element : null),
    ],
    hasUnsaved: () => editable && !isSame(difference(base.values, form.read()), {}),
  };
}

/** Split a group into its version and the answers for the form. */
function versioned(answer: { etag: string; group: Schema<"DetailsGroup"> }): { etag: string; values: Values } {
  const { etag, group: _, ...values } = answer;
  return { etag, values: values as Values };
}
