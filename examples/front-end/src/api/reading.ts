import { api, type Schema } from "./client.js";
import { read } from "./problems.js";

let lists: Promise<Schema<"ReferenceData">> | undefined;

/** The lists and labels for forms. They change only with releases, so read them once. */
export function referenceData(): Promise<Schema<"ReferenceData">> {
  lists ??= read(api.GET("/v1/reference-data")).catch((error: unknown) => {
    lists = undefined;
    throw error;
  });
  return lists;
}

let table: Promise<Schema<"Process">> | undefined;

/** The stages and statuses of the process, in the API's words. They change only with releases, too. */
export function readProcess(): Promise<Schema<"Process">> {
  table ??= read(api.GET("/v1/process")).catch((error: unknown) => {
    table = undefined;
    throw error;
  });
  return table;
}

/** The centre of the signed-in person. If they have several, this example uses the first. */
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

/** The label of a key, or the key if this front end does not know it yet. */
export function labelOf(choices: readonly Schema<"Choice">[], key: string): string {
  return choices.find((choice) => choice.key === key)?.label ?? key;
}
