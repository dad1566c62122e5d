import { api, type Schema } from "../api/client.js";
import { ask, read, Refused } from "../api/problems.js";
import { readApplication, saveDocument } from "../api/reading.js";
import { drawForm } from "../forms/form.js";
import { announce } from "../page/announce.js";
import { h, link, moment } from "../page/dom.js";
import { addressOf, goTo, type View } from "../page/router.js";

type Agreement = Schema<"Agreement">;

/** The centre agreement and the customer code of conduct, which a super user accepts together (R15). */
export async function agreementView(id: string): Promise<View> {
  const path = { application_id: id };
  const [application, agreement] = await Promise.all([
    readApplication(id),
    read(api.GET("/v1/applications/{application_id}/agreement", { params: { path } })),
  ]);
  const { agreement: terms, code_of_conduct: conduct, acceptance, wording } = agreement;
  const editable = ["draft", "returned"].includes(application.status);
  const form = drawForm({
    name: "agreement",
    fields: { accepted: { kind: "confirmation", label: wording } },
    button: "Agree",
    send: async ({ accepted }) => {
      // Name the versions shown here. If one has been replaced since, the API refuses the acceptance.
      const outcome = await ask(
        api.PUT("/v1/applications/{application_id}/agreement", {
          params: { path, header: { "If-Match": agreement.etag } },
          body: {
            agreement_id: terms?.id ?? "",
            code_of_conduct_id: conduct?.id ?? "",
            accepted: accepted as true,
          },
        }),
      );
      if (!outcome.ok) {
        return outcome.problem;
      }
      announce("You have agreed.");
      goTo(`/applications/${id}`);
      return undefined;
    },
  });
  return {
    title: "Centre agreement",
    content: [
      h("p", {}, link(addressOf(`/applications/${id}`), "← Form overview")),
      h("h1", {}, "Centre agreement"),
      h("p", {}, "Read both documents. Their terms are not negotiable."),
      h("ul", {}, ...[terms, conduct].filter((one) => one !== null).map(offer)),
      ...given(acceptance),
      ...(editable && acceptance?.current !== true ? [form.element] : []),
    ],
  };
}

function offer({ id, title, version }: Schema<"AgreedDocument">): HTMLElement {
  const trouble = h("p", { role: "alert" });
  const save = (): void => {
    saveDocument(id, `${title}.pdf`).catch((error: unknown) => {
      trouble.textContent = error instanceof Refused ? error.problem.detail : "The document could not be downloaded.";
    });
  };
  const button = h("button", { type: "button", class: "secondary", click: save }, `${title}, version ${version} (PDF)`);
  return h("li", {}, button, trouble);
}

function given(acceptance: Agreement["acceptance"]): Node[] {
  if (acceptance === null) {
    return [];
  }
  const { accepted_by_name: who, accepted_at: when, current } = acceptance;
  const words = `${who} agreed on ${moment(when)}`;
  const outdated = `${words}, to an older version. Please agree to the current one.`;
  return [current ? h("p", { class: "done" }, `✓ ${words}.`) : h("p", {}, outdated)];
}
