import { apiAddress, type Schema } from "./client.js";
import type { paths } from "./contract.js";
import { isProblem, noAnswer, unexpected, type Outcome } from "./problems.js";
import { currentToken } from "./session.js";

type Path = "/v1/applications/{application_id}/policies/{key}";
type Answer = paths[Path]["put"]["responses"][200]["content"]["application/json"];

export interface PolicyUpload {
  readonly applicationId: string;
  readonly key: Schema<"PolicyKey">;
  /** The version of the policy that the person sees. */
  readonly etag: string;
  readonly file: File;
  readonly note: string | null;
  /** Called with the share that has been sent, from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/**
 * Upload one policy.
 *
 * fetch reports no upload progress, so this request uses XMLHttpRequest. Its types still come from the contract.
 */
export async function uploadPolicy(upload: PolicyUpload): Promise<Outcome<Answer>> {
  const path: Path = "/v1/applications/{application_id}/policies/{key}";
  const address = path.replace("{application_id}", upload.applicationId).replace("{key}", upload.key);
  const form = new FormData();
  // Send small fields before the file, so that a streaming server has them when the file starts.
  if (upload.note !== null) {
    form.append("note", upload.note);
  }
  form.append("file", upload.file);
  const token = await currentToken();
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("PUT", apiAddress + address);
    request.setRequestHeader("Authorization", `Bearer ${token ?? ""}`);
    request.setRequestHeader("If-Match", upload.etag);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        upload.onProgress(event.loaded / event.total);
      }
    });
    request.addEventListener("load", () => {
      const body: unknown = request.response;
      if (request.status === 200) {
        resolve({ ok: true, data: body as Answer });
      } else {
        resolve({ ok: false, problem: isProblem(body) ? body : unexpected(request.status) });
      }
    });
    request.addEventListener("error", () => resolve({ ok: false, problem: noAnswer() }));
    request.send(form);
  });
}
