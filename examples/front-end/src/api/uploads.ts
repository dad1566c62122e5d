import { apiAddress, type Schema } from "./client.js";
import type { paths } from "./contract.js";
import { isProblem, noAnswer, unexpected, type Outcome } from "./problems.js";
import { currentToken } from "./session.js";

type PolicyPath = "/v1/applications/{application_id}/policies/{key}";
type EvidencePath = "/v1/applications/{application_id}/actions/{action_id}/evidence";

/** A file that a person has chosen, with their note. */
export interface Chosen {
  readonly file: File;
  readonly note: string | null;
  /** Called with the share that has been sent, from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/** Upload a policy; `etag` is the version of the policy that the person sees. */
export function uploadPolicy(applicationId: string, policy: Schema<"Policy">, chosen: Chosen) {
  const path: PolicyPath = "/v1/applications/{application_id}/policies/{key}";
  const address = path.replace("{application_id}", applicationId).replace("{key}", policy.key);
  const headers = { "If-Match": policy.etag };
  return send<paths[PolicyPath]["put"]["responses"][200]["content"]["application/json"]>("PUT", address, headers, chosen);
}

/** Send evidence for an action. A retry with the same `key` is the same evidence. */
export function sendEvidence(action: Schema<"Action">, key: string, chosen: Chosen) {
  const path: EvidencePath = "/v1/applications/{application_id}/actions/{action_id}/evidence";
  const address = path.replace("{application_id}", action.application_id).replace("{action_id}", action.id);
  const headers = { "If-Match": action.etag, "Idempotency-Key": key };
  return send<paths[EvidencePath]["post"]["responses"][201]["content"]["application/json"]>(
    "POST",
    address,
    headers,
    chosen,
  );
}

/** fetch reports no upload progress, so this uses XMLHttpRequest. Its types still come from the contract. */
async function send<Answer>(
  method: string,
  address: string,
  headers: Record<string, string>,
  chosen: Chosen,
): Promise<Outcome<Answer>> {
  const form = new FormData();
  // Send small fields before the file, so that a streaming server has them when the file starts.
  if (chosen.note !== null) {
    form.append("note", chosen.note);
  }
  form.append("file", chosen.file);
  const token = await currentToken();
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, apiAddress + address);
    request.setRequestHeader("Authorization", `Bearer ${token ?? ""}`);
    for (const [name, value] of Object.entries(headers)) {
      request.setRequestHeader(name, value);
    }
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        chosen.onProgress(event.loaded / event.total);
      }
    });
    request.addEventListener("load", () => {
      const body: unknown = request.response;
      if (request.status < 300) {
        resolve({ ok: true, data: body as Answer });
      } else {
        resolve({ ok: false, problem: isProblem(body) ? body : unexpected(request.status) });
      }
    });
    request.addEventListener("error", () => resolve({ ok: false, problem: noAnswer() }));
    request.send(form);
  });
}
