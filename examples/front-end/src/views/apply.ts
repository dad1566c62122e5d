import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { ask } from "../api/problems.js";
import { referenceData } from "../api/reading.js";
import { drawForm } from "../forms/form.js";
import { initialApplicationFields } from "../forms/initial-application.js";
import { answered } from "../forms/values.js";
import { day, h, link } from "../page/dom.js";
import { focusHeading, type View } from "../page/router.js";

/** Stage one: anyone can send an initial application (R01, R02). */
export async function applyView(): Promise<View> {
  const { vocabularies } = await referenceData();
  const keyFor = keyForAttempts();
  const page = h("div", { class: "narrow-page" });
  const form = drawForm({
    name: "apply",
    fields: initialApplicationFields(vocabularies),
    button: "Send the application",
    send: async (values) => {
      const outcome = await ask(
        api.POST("/v1/initial-applications", {
          params: { header: { "Idempotency-Key": keyFor(values) } },
          body: answered<Schema<"InitialApplicationCreate">>(values),
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      form.write({});
      document.title = "Application received – Centre recognition";
      page.replaceChildren(...receipt(outcome.data));
      focusHeading(page);
      return undefined;
    },
  });
  page.append(
    h("h1", {}, "Apply to become a centre"),
    h("p", { class: "lead" }, "Tell us who you are. We will then send you log-in details for the full application."),
    h("p", {}, "Answer every question that is not marked as optional."),
    form.element,
  );
  return { title: "Apply", content: [page], hasUnsaved: form.isTouched };
}

function receipt(received: Schema<"InitialApplicationReceipt">): Node[] {
  const { help } = received;
  return [
    h(
      "div",
      { class: "success" },
      h("h1", {}, "Application received"),
      h("p", {}, "Your reference is"),
      h("p", { class: "reference" }, received.reference),
    ),
    h("h2", {}, "What happens next"),
    h("p", {}, received.what_happens_next),
    h("p", {}, `We will send the log-in details by ${day(received.log_in_details_due_on)}.`),
    h("h2", {}, "Help"),
    h("p", {}, `${help.team}: ${help.telephone}, `, link(`mailto:${help.applications_email}`, help.applications_email)),
    h("h2", {}, "Useful links"),
    h("ul", {}, ...received.useful_links.map(({ url, title }) => h("li", {}, link(url, title)))),
  ];
}
