import { api, type Schema } from "../api/client.js";
import { saveDocument } from "../api/downloads.js";
import { ask, read } from "../api/problems.js";
import { readApplication } from "../api/reading.js";
import { drawForm } from "../forms/form.js";
import { announce } from "../page/announce.js";
import { h, moment } from "../page/dom.js";
import { drawDownload } from "../page/download.js";
import { backToApplication } from "../page/places.js";
import { goTo, type View } from "../page/router.js";

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
      backToApplication(id),
      h("h1", {}, "Centre agreement"),
      h("p", {}, "Read both documents. Their terms are not negotiable."),
      h("ul", {}, ...[terms, conduct].filter((one) => one !== null).map(offer)),
      ...given(acceptance),
      ...(editable && acceptance?.current !== true ? [form.element] : []),
    ],
  };
}

function offer({ id, title, version }: Schema<"AgreedDocument">): HTMLElement {
  return h("li", {}, ...drawDownload(`${title}, version ${version} (PDF)`, () => saveDocument(id, `${title}.pdf`)));
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
