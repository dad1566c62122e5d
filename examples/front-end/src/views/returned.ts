import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { readApplication } from "../api/reading.js";
import { drawForm } from "../forms/form.js";
import { day, h, link, moment } from "../page/dom.js";
import { backToApplication, placeAskedAbout } from "../page/places.js";
import { drawReadiness, type ReadinessPanel } from "../page/readiness.js";
import type { View } from "../page/router.js";
import { namesOfPlaces, type NameOfPlace } from "./asked-about.js";
import { drawSteps } from "./steps.js";

type Item = Schema<"ReturnItem">;

/** A returned application: why, the items with the way to each, an answer to each, and the way to submit again (R17). */
export async function returnedView(id: string): Promise<View> {
  const [application, { items: reviews }] = await Promise.all([
    readApplication(id),
    read(api.GET("/v1/applications/{application_id}/reviews", { params: { path: { application_id: id } } })),
  ]);
  const [latest, ...earlier] = reviews.filter(({ outcome }) => outcome === "return").reverse();
  const title = "Our questions";
  if (latest === undefined) {
    return { title, content: [backToApplication(id), h("h1", {}, title), h("p", {}, "We have asked nothing.")] };
  }
  const editable = application.status === "returned";
  const nameOf = await namesOfPlaces(application.centre_id, [latest, ...earlier].flatMap(({ items }) => items));
  const panel = editable ? await drawReadiness(id, ({ section }) => section === "return_items") : null;
  const steps = h("div", {}, ...drawSteps(application));
  const changed = async (done: string): Promise<void> => {
    await panel?.refresh(done);
    steps.replaceChildren(...drawSteps(await readApplication(id)));
  };
  const draw = (item: Item): HTMLElement => drawItem(id, item, nameOf, editable ? changed : undefined);
  return {
    title,
    content: [
      backToApplication(id),
      h("h1", {}, title),
      ...explained(latest),
      h("div", { class: "with-aside" }, h("div", {}, ...latest.items.map(draw), steps), panel?.element ?? null),
      ...earlier.map((review) => folded(review, (item) => drawItem(id, item, nameOf))),
    ],
  };
}

function explained({ explanation, items, ...review }: Schema<"Review">): Node[] {
  const until = items
    .filter(({ answered_at: answered }) => answered === null)
    .flatMap(({ answer_by: date }) => date ?? [])
    .sort()[0];
  return [
    h("p", { class: "lead" }, `Returned on ${moment(review.reviewed_at)} by ${review.reviewed_by_name}.`),
    ...(explanation === null ? [] : [h("p", {}, explanation)]),
    ...(until ? [h("p", {}, h("strong", {}, `Answer by ${day(until)}.`))] : []),
  ];
}

function folded(review: Schema<"Review">, draw: (item: Item) => HTMLElement): HTMLElement {
  const words = `What we asked on ${moment(review.reviewed_at)}`;
  return h("details", {}, h("summary", {}, words), ...explained(review), ...review.items.map(draw));
}

function drawItem(id: string, given: Item, nameOf: NameOfPlace, changed?: ReadinessPanel["refresh"]): HTMLElement {
  let item = given;
  const state = h("p", { class: "state" });
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
      show();
      await changed?.("Saved.");
      return undefined;
    },
  });

  function show(): void {
    const by = item.answer_by === null ? "" : `, by ${day(item.answer_by)}`;
    state.textContent = item.answered_at === null ? `○ To answer${by}` : `✓ Answered on ${moment(item.answered_at)}`;
    form.write({ answer: item.answer });
  }

  show();
  const heading = `item-${item.id}-heading`;
  return h(
    "section",
    { class: "card", "data-pointer": `/${item.id}`, "aria-labelledby": heading },
    h("h2", { id: heading }, `Point ${item.number}`),
    h("p", {}, item.asked),
    h("p", {}, "About: ", link(placeAskedAbout(id, item), nameOf(item))),
    state,
    changed ? form.element : h("p", {}, item.answer ?? "Not answered."),
  );
}
