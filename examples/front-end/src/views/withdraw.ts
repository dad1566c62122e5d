import { keyForAttempts } from "../api/attempts.js";
import { api, type Schema } from "../api/client.js";
import { ask } from "../api/problems.js";
import { readApplication } from "../api/reading.js";
import type { FieldsOf } from "../forms/fields.js";
import { drawForm } from "../forms/form.js";
import { answered } from "../forms/values.js";
import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import { backToApplication } from "../page/places.js";
import { goTo, type View } from "../page/router.js";

const FIELDS: FieldsOf<Schema<"Withdrawal">> = {
  reason: { kind: "long-text", label: "Why do you withdraw it?", optional: true },
};

/** Withdraw the application, which ends it. */
export async function withdrawView(id: string): Promise<View> {
  const application = await readApplication(id);
  const keyFor = keyForAttempts();
  const form = drawForm({
    name: "withdraw",
    fields: FIELDS,
    button: "Withdraw the application",
    send: async (values) => {
      const header = { "If-Match": application.etag, "Idempotency-Key": keyFor(values) };
      const outcome = await ask(
        api.POST("/v1/applications/{application_id}/withdrawal", {
          params: { path: { application_id: id }, header },
          body: answered<Schema<"Withdrawal">>(values),
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      announce("The application is withdrawn.");
      goTo("/");
      return undefined;
    },
  });
  return {
    title: "Withdraw",
    content: [
      backToApplication(id),
      h("h1", {}, "Withdraw the application"),
      h("p", {}, `Application ${application.reference} of ${application.centre_name}. It ends, and you can start another.`),
      form.element,
    ],
  };
}
