import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { referenceData } from "../api/reading.js";
import { drawChange } from "../forms/change.js";
import { drawForm } from "../forms/form.js";
import { siteFields } from "../forms/people.js";
import { answered } from "../forms/values.js";
import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import type { View } from "../page/router.js";

export function readSites(centreId: string): Promise<Schema<"SiteList">> {
  return read(api.GET("/v1/centres/{centre_id}/sites", { params: { path: { centre_id: centreId } } }));
}

/** The sites of the centre, main site first (R08). */
export async function sitesView(centreId: string): Promise<View> {
  const { vocabularies } = await referenceData();
  const keyFor = keyForAttempts();
  const list = h("ul", { class: "plain" });

  async function show(): Promise<void> {
    const { items } = await readSites(centreId);
    list.replaceChildren(...items.map(drawSite));
  }

  function drawSite(site: Schema<"Site">): HTMLElement {
    const path = { centre_id: centreId, site_id: site.id };
    const change = drawChange({
      name: `site-${site.id}`,
      title: `Change ${site.name}`,
      fields: siteFields(vocabularies.countries),
      entry: site,
      save: (etag, patch) =>
        ask(
          api.PATCH("/v1/centres/{centre_id}/sites/{site_id}", {
            params: { path, header: { "If-Match": etag } },
            headers: { "Content-Type": "application/merge-patch+json" },
            body: patch,
          }),
        ),
      reread: () => read(api.GET("/v1/centres/{centre_id}/sites/{site_id}", { params: { path } })),
      saved: show,
    });
    return h("li", { "data-pointer": `/${site.id}` }, ...describe(site), change);
  }

  const form = drawForm({
    name: "site",
    fields: siteFields(vocabularies.countries),
    button: "Add the site",
    send: async (values) => {
      const outcome = await ask(
        api.POST("/v1/centres/{centre_id}/sites", {
          params: { path: { centre_id: centreId }, header: { "Idempotency-Key": keyFor(values) } },
          body: answered<Schema<"SiteCreate">>(values),
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      form.write({});
      await show();
      announce(`${outcome.data.name} added.`);
      return undefined;
    },
  });
  await show();
  return {
    title: "Sites",
    content: [h("h1", {}, "Sites"), list, h("h2", {}, "Add a delivery site"), form.element],
    hasUnsaved: form.isTouched,
  };
}

function describe(site: Schema<"Site">): Node[] {
  const name = site.kind === "main" ? `${site.name} (main site)` : site.name;
  const { line_1: street, town, postcode } = site.address;
  return [h("strong", {}, name), h("br"), h("span", {}, [street, town, postcode].filter(Boolean).join(", "))];
}
