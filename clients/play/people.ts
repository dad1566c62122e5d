// The people of the story, and how they sign in.

import { type Api, connect, demand, done, key, type Schemas } from "./api.ts";

export type Staff = Schemas["SandboxStaff"];

// Use only the five staff log-ins that the sandbox creates.
export async function hireStaff(anybody: Api): Promise<Staff> {
  const made = await done(anybody.POST("/v1/sandbox/centres", { body: {} }));
  return made.body.staff;
}

export async function signIn(url: string, email: string, password: string | null): Promise<Api> {
  demand(password !== null, `${email} has no password.`);
  const session = await done(connect(url).POST("/v1/sessions", { body: { email, password } }));
  return connect(url, session.body.access_token);
}

export async function newestMail(anybody: Api, to: string, kind: string): Promise<Schemas["SandboxEmailContent"]> {
  const found = await done(anybody.GET("/v1/sandbox/emails", { params: { query: { to, kind } } }));
  const newest = found.body.items[0];
  demand(newest !== undefined, `No mail of the kind ${kind} came to ${to}.`);
  return (await done(anybody.GET("/v1/sandbox/emails/{email_id}", { params: { path: { email_id: newest.id } } }))).body;
}

// With the first password, the only permitted operation is to change it.
export async function enterFirstTime(url: string, email: string): Promise<{ api: Api; password: string }> {
  const mail = await newestMail(connect(url), email, "log_in_details");
  const first = /\b[A-Za-z0-9]{5}(?:-[A-Za-z0-9]{5}){3}\b/.exec(mail.text)?.[0];
  demand(first !== undefined, `There is no first password in: ${mail.text}`);
  const session = await done(connect(url).POST("/v1/sessions", { body: { email, password: first } }));
  demand(session.body.must_change_password, "The first password need not be changed.");
  const limited = connect(url, session.body.access_token);
  const password = `chosen-${key()}`;
  const changed = await done(
    limited.PUT("/v1/me/password", { body: { current_password: first, new_password: password } }),
  );
  return { api: connect(url, changed.body.access_token), password };
}
