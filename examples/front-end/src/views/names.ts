import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import type { FieldsOf } from "../forms/fields.js";
import { drawForm } from "../forms/form.js";
import { announce } from "../page/announce.js";
import { h, link, moment, spoken } from "../page/dom.js";
import { addressOf, type View } from "../page/router.js";

const FIELDS: FieldsOf<Schema<"NameChangeCreate">> = {
  name: { kind: "text", label: "Name of the organisation", autocomplete: "organization" },
  trading_name: { kind: "text", label: "Trading name", optional: true },
  reason: { kind: "long-text", label: "Why, and where can we check it?" },
};

const STATES: Record<string, string> = {
  pending: "◐ We look at it",
  approved: "✓ Approved",
  refused: "✗ Refused",
  replaced: "○ Replaced by a later request",
};

/** Ask for other names of the centre. The certificate is issued anew once the awarding organisation approves. */
export async function namesView(centreId: string): Promise<View> {
  const params = { path: { centre_id: centreId } };
  const { name } = await read(api.GET("/v1/centres/{centre_id}", { params }));
  const keyFor = keyForAttempts();
  const requests = h("div", {});

  async function show(): Promise<Schema<"NameChange"> | undefined> {
    const { items } = await read(api.GET("/v1/centres/{centre_id}/name-changes", { params }));
    requests.replaceChildren(
      ...(items.length > 0 ? [h("h2", {}, "Your requests"), h("ul", { class: "plain" }, ...items.map(draw))] : []),
    );
    return items[0];
  }

  const form = drawForm({
    name: "names",
    fields: FIELDS,
    button: "Ask for these names",
    send: async (values) => {
      const outcome = await ask(
        api.POST("/v1/centres/{centre_id}/name-changes", {
          params: { ...params, header: { "Idempotency-Key": keyFor(values) } },
          // The trading name is sent as null, too: that is none.
          body: values as unknown as Schema<"NameChangeCreate">,
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      form.write({ ...values, reason: null });
      untouched = JSON.stringify(form.read());
      await show();
      announce("Sent. We tell you what we decide.");
      return undefined;
    },
  });
  const last = await show();
  const newest = last?.status === "approved" ? last.trading_name : (last?.old_trading_name ?? null);
  form.write({ name, trading_name: newest, reason: null });
  let untouched = JSON.stringify(form.read());
  return {
    title: "Names",
    content: [
      h("p", {}, link(addressOf("/"), "← Home")),
      h("h1", {}, "Names of your centre"),
      h("p", {}, "Give both names as they shall be. Once we approve, your certificate is issued anew."),
      form.element,
      requests,
    ],
    hasUnsaved: () => JSON.stringify(form.read()) !== untouched,
  };
}

function draw({ status, name, old_name: old, ...request }: Schema<"NameChange">): HTMLElement {
  const trading = request.trading_name === null ? "" : `, trading as ${request.trading_name}`;
  return h(
    "li",
    {},
    h("p", { class: "state" }, STATES[status] ?? spoken(status)),
    h("p", {}, `${old} → ${name}${trading}`),
    ...(request.answer === null ? [] : [h("p", {}, request.answer)]),
    h("p", { class: "hint" }, `${request.requested_by_name}, ${moment(request.requested_at)}`),
  );
}
