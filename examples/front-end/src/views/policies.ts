import { api, type Schema } from "../api/client.js";
import { read } from "../api/problems.js";
import { readApplication } from "../api/reading.js";
import { h } from "../page/dom.js";
import { backToApplication } from "../page/places.js";
import { drawReadiness } from "../page/readiness.js";
import type { View } from "../page/router.js";
import { drawPolicy } from "./policy.js";

/** The eleven policies and procedures (R13, R14). */
export async function policiesView(id: string): Promise<View> {
  const [application, { items }] = await Promise.all([
    readApplication(id),
    read(api.GET("/v1/applications/{application_id}/policies", { params: { path: { application_id: id } } })),
  ]);
  const editable = ["draft", "returned"].includes(application.status);
  const readiness = editable ? await drawReadiness(id, belongsHere) : null;
  const places = items.map((policy) => {
    return drawPolicy({
      applicationId: id,
      policy,
      editable,
      changed: async (done) => readiness?.refresh(done),
    });
  });
  return {
    title: "Policies and procedures",
    content: [
      backToApplication(id),
      h("h1", {}, "Policies and procedures"),
      h("p", {}, "Upload each as a PDF, DOC, DOCX, ODT or RTF file of up to 25 MB."),
      h("div", { class: "with-aside" }, h("div", {}, ...places), readiness?.element ?? null),
    ],
  };
}

function belongsHere({ section }: Schema<"MissingItem">): boolean {
  return section === "policies_and_procedures";
}
