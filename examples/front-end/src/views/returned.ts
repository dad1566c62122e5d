import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { drawForm } from "../forms/form.js";
import { h, link } from "../page/dom.js";
import { drawReadiness } from "../page/readiness.js";
import { addressOf, type View } from "../page/router.js";

/** The items of a return, each with an answer, before the centre submits again (R17). */
export async function returnedView(id: string): Promise<View> {
  const { items } = await read(
    api.GET("/v1/applications/{application_id}/return-items", { params: { path: { application_id: id } } }),
  );
  const readiness = await drawReadiness(id, ({ section }) => section === "return_items");
  const drawn = items.map((item) => drawItem(id, item, readiness.refresh));
  return {
    title: "Our questions",
    content: [
      h("p", {}, link(addressOf(`/applications/${id}`), "← Form overview")),
      h("h1", {}, "Our questions"),
      h("div", { class: "with-aside" }, h("div", {}, ...drawn), readiness.element),
    ],
  };
}

function drawItem(id: string, given: Schema<"ReturnItem">, changed: (done: string) => Promise<void>): HTMLElement {
  let item = given;
  const form = drawForm({
    name: `item-${item.id}`,
    fields: { answer: { kind: "long-text", label: "What have you done about it?" } },
    button: "Save answer",
    send: async ({ answer }) => {
      const outcome = await ask(
        api.PATCH("/v1/applications/{application_id}/return-items/{item_id}", {
          params: { path: { application_id: id, item_id: item.id }, header: { "If-Match": item.etag } },
          body: { answer: String(answer ?? "") },
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      item = outcome.data;
      await changed("Saved.");
      return undefined;
    },
  });
  form.write({ answer: item.answer });
  const heading = `item-${item.id}-heading`;
  return h(
    "section",
    { class: "card", "data-pointer": `/${item.id}`, "aria-labelledby": heading },
    h("h2", { id: heading }, `Point ${item.number}`),
    h("p", {}, item.asked),
    form.element,
  );
}
