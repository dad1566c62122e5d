// Stage three: the centre adds sites and contacts, and fills in the three sections of the application.

import { readFileSync } from "node:fs";
import { type Api, demand, done, form, key, refused } from "./api.ts";
import type { Story } from "./story.ts";

export async function moveIn(story: Story, centre: Api, centreId: string): Promise<string[]> {
  const params = { path: { centre_id: centreId } };
  const header = () => ({ "Idempotency-Key": key() });
  await done(
    centre.POST("/v1/centres/{centre_id}/sites", { body: story.delivery_site, params: { ...params, header: header() } }),
  );
  for (const body of story.contacts) {
    await done(centre.POST("/v1/centres/{centre_id}/contacts", { body, params: { ...params, header: header() } }));
  }
  const contacts = await done(centre.GET("/v1/centres/{centre_id}/contacts", { params }));
  demand(contacts.body.missing_roles.length === 0, `Nobody is ${contacts.body.missing_roles.join(", ")}.`);
  return (await done(centre.GET("/v1/centres/{centre_id}/sites", { params }))).body.items.map((site) => site.id);
}

export async function start(centre: Api, centreId: string): Promise<string> {
  const params = { path: { centre_id: centreId }, header: { "Idempotency-Key": key() } };
  return (await done(centre.POST("/v1/centres/{centre_id}/applications", { params }))).body.id;
}

export async function fillIn(story: Story, centre: Api, application_id: string, siteIds: string[]): Promise<void> {
  const { provision, ...others } = story.groups;
  const intended = provision.intended_qualifications?.map((each) => ({ ...each, site_ids: siteIds }));
  const groups = { ...others, provision: { ...provision, ...(intended && { intended_qualifications: intended }) } };
  for (const group of Object.keys(groups) as (keyof typeof groups)[]) {
    const path = { application_id, group };
    const saved = await done(centre.GET("/v1/applications/{application_id}/details/{group}", { params: { path } }));
    const header = { "If-Match": saved.etag };
    const address = `/v1/applications/{application_id}/details/${group}` as const;
    await done(centre.PATCH(address, { body: groups[group], params: { path: { application_id }, header } }));
  }
}

export async function uploadPolicies(story: Story, centre: Api, application_id: string): Promise<void> {
  const policies = await done(
    centre.GET("/v1/applications/{application_id}/policies", { params: { path: { application_id } } }),
  );
  demand(policies.body.items.length === 11, "There are not eleven policies.");
  for (const policy of policies.body.items) {
    const document = story.policies[policy.key];
    demand(document !== undefined, `The story has no policy ${policy.key}.`);
    const content = readFileSync(document.path);
    const file = new File([content], document.file_name, { type: document.media_type });
    const path = { application_id, key: policy.key };
    const uploaded = await done(
      centre.PUT("/v1/applications/{application_id}/policies/{key}", {
        body: { file: file as unknown as string, note: `Policy ${policy.letter})` },
        bodySerializer: form,
        params: { path, header: { "If-Match": policy.etag } },
      }),
    );
    demand(uploaded.body.current_version?.size_bytes === content.length, `${policy.key} did not arrive whole.`);
  }
}

export async function agree(centre: Api, application_id: string): Promise<void> {
  const path = { application_id };
  const shown = await done(centre.GET("/v1/applications/{application_id}/agreement", { params: { path } }));
  const { agreement, code_of_conduct } = shown.body;
  demand(agreement !== null && code_of_conduct !== null, "There is nothing to agree to.");
  const body = { agreement_id: agreement.id, code_of_conduct_id: code_of_conduct.id, accepted: true } as const;
  const header = { "If-Match": shown.etag };
  await done(centre.PUT("/v1/applications/{application_id}/agreement", { body, params: { path, header } }));
}

export async function submit(centre: Api, application_id: string): Promise<void> {
  const path = { application_id };
  const readiness = await done(centre.GET("/v1/applications/{application_id}/readiness", { params: { path } }));
  demand(readiness.body.missing.length === 0, `Missing: ${JSON.stringify(readiness.body.missing)}`);
  const seen = await done(centre.GET("/v1/applications/{application_id}", { params: { path } }));
  const header = { "If-Match": seen.etag, "Idempotency-Key": key() };
  const body = { declaration: true } as const;
  await done(centre.POST("/v1/applications/{application_id}/submissions", { body, params: { path, header } }));
  const late = centre.POST("/v1/applications/{application_id}/submissions", {
    body,
    params: { path, header: { "If-Match": seen.etag, "Idempotency-Key": key() } },
  });
  demand((await refused(late)) === "stale_version", "A stale version was taken.");
}
