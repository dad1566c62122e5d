import { keyForAttempts } from "../api/attempts.js";
import { api } from "../api/client.js";
import { ask } from "../api/problems.js";
import { readApplication } from "../api/reading.js";
import { drawForm } from "../forms/form.js";
import { announce } from "../page/announce.js";
import { h } from "../page/dom.js";
import { backToApplication } from "../page/places.js";
import { goTo, type View } from "../page/router.js";

/** Submit the application: the last step of stage three for the centre (R16). */
export async function submitView(id: string): Promise<View> {
  let application = await readApplication(id);
  const keyFor = keyForAttempts();
  const form = drawForm({
    name: "submit",
    fields: {
      declaration: {
        kind: "confirmation",
        label: "The application is complete and correct, and I am authorised to submit it for the centre.",
      },
    },
    button: "Submit the application",
    send: async (values) => {
      const outcome = await ask(
        api.POST("/v1/applications/{application_id}/submissions", {
          // Name the version that the person saw, so that nothing is submitted unseen.
          params: {
            path: { application_id: id },
            header: { "If-Match": application.etag, "Idempotency-Key": keyFor(values) },
          },
          body: { declaration: values["declaration"] as true },
        }),
      );
      if (outcome.ok) {
        announce("Your application is submitted.");
        goTo(`/applications/${id}`);
        return undefined;
      }
      if (outcome.problem.code === "stale_version") {
        application = await readApplication(id);
        const detail = "A colleague has changed the application since you opened this page. Check it, then submit.";
        return { ...outcome.problem, detail };
      }
      return outcome.problem;
    },
  });
  return {
    title: "Submit",
    content: [
      backToApplication(id),
      h("h1", {}, "Submit the application"),
      h("p", {}, `Application ${application.reference} of ${application.centre_name}.`),
      h("p", {}, "You cannot change it after you submit, unless we return it to you."),
      form.element,
    ],
  };
}
