import { api, type Schema } from "./client.js";
import { read } from "./problems.js";

let lists: Promise<Schema<"ReferenceData">> | undefined;

/** The lists and names that forms are drawn from. They change with releases only, so they are read once. */
export function referenceData(): Promise<Schema<"ReferenceData">> {
  lists ??= read(api.GET("/v1/reference-data")).catch((error: unknown) => {
    lists = undefined;
    throw error;
  });
  return lists;
}

/** The centre of the person who is signed in; this front end shows the first one of somebody who serves several. */
export async function myCentre(): Promise<Schema<"MyCentre"> | undefined> {
  const me = await read(api.GET("/v1/me"));
  return me.centres[0];
}

export function readApplication(id: string): Promise<Schema<"Application">> {
  return read(api.GET("/v1/applications/{application_id}", { params: { path: { application_id: id } } }));
}

export function readReadiness(id: string): Promise<Schema<"Readiness">> {
  return read(api.GET("/v1/applications/{application_id}/readiness", { params: { path: { application_id: id } } }));
}

/** The label of a key; a key that is newer than this front end is shown as it is. */
export function labelOf(choices: readonly Schema<"Choice">[], key: string): string {
  return choices.find((choice) => choice.key === key)?.label ?? key;
}

/**
 * A document behind the session, offered as a file.
 *
 * A plain link would not carry the access token, so the content is fetched and the browser is given a link to that.
 */
export async function saveDocument(id: string, fileName: string): Promise<void> {
  const content = await read(
    api.GET("/v1/documents/{document_id}/content", { params: { path: { document_id: id } }, parseAs: "blob" }),
  );
  const address = URL.createObjectURL(content as unknown as Blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(address);
}
