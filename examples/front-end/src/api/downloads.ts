import { api } from "./client.js";
import { read } from "./problems.js";

/**
 * Save a file that needs the session.
 *
 * A plain link would not send the access token, so fetch the content (`parseAs: "blob"`) and give the browser a link to
 * that. Throws `Refused`.
 */
export async function save(call: Parameters<typeof read<unknown>>[0], fileName: string): Promise<void> {
  const content = await read(call);
  const address = URL.createObjectURL(content as Blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}

/** A document that the awarding organisation has published. */
export function saveDocument(id: string, fileName: string): Promise<void> {
  const path = { document_id: id };
  return save(api.GET("/v1/documents/{document_id}/content", { params: { path }, parseAs: "blob" }), fileName);
}
