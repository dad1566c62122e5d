// Stages one and two: the public form, due diligence, the centre's account.

import { type Api, connect, demand, done, key } from "./api.ts";
import type { Story } from "./story.ts";

export async function apply(story: Story): Promise<string> {
  const header = { "Idempotency-Key": key() };
  const send = () =>
    connect(story.url).POST("/v1/initial-applications", { body: story.initial_application, params: { header } });
  const receipt = await done(send());
  const again = await send();
  demand(again.response.headers.get("Idempotent-Replayed") === "true", "The repeat made a second application.");
  return receipt.body.id;
}

export async function createAccount(story: Story, staff: Api, id: string): Promise<string> {
  const path = { initial_application_id: id };
  const read = () => done(staff.GET("/v1/initial-applications/{initial_application_id}", { params: { path } }));
  for (const body of story.due_diligence) {
    const header = { "If-Match": (await read()).etag, "Idempotency-Key": key() };
    await done(
      staff.POST("/v1/initial-applications/{initial_application_id}/checks", { body, params: { path, header } }),
    );
  }
  const header = { "If-Match": (await read()).etag, "Idempotency-Key": key() };
  const body = { concerns_accepted_reason: "The landlord confirmed the lease by telephone." };
  const made = await done(
    staff.POST("/v1/initial-applications/{initial_application_id}/account", { body, params: { path, header } }),
  );
  return made.body.id;
}
