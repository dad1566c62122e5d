// Stages three to five: the steps of the awarding organisation's staff and of its finance system.

import { type Api, connect, demand, done, key } from "./api.ts";
import { signIn, type Staff } from "./people.ts";

const HOUR = 3_600_000;

async function step(api: Api, application_id: string) {
  const path = { application_id };
  const seen = await done(api.GET("/v1/applications/{application_id}", { params: { path } }));
  return { path, header: { "If-Match": seen.etag, "Idempotency-Key": key() } };
}

export async function pass(url: string, staff: Staff, application_id: string): Promise<void> {
  const reviewer = await signIn(url, staff.customer_experience.email, staff.customer_experience.password);
  const params = await step(reviewer, application_id);
  await done(reviewer.POST("/v1/applications/{application_id}/reviews", { body: { outcome: "pass" }, params }));
}

// An integration client for the finance system, with two scopes.
async function financeSystem(url: string, staff: Staff): Promise<Api> {
  const administrator = await signIn(url, staff.administrator.email, staff.administrator.password);
  const body = { name: "Ledger", scopes: ["invoices:read", "payments:write"] } as const;
  const client = await done(
    administrator.POST("/v1/integration-clients", { body: { ...body, scopes: [...body.scopes] } }),
  );
  const token = await done(
    connect(url).POST("/v1/oauth/token", {
      body: {
        grant_type: "client_credentials",
        client_id: client.body.client_id,
        client_secret: client.body.client_secret,
      },
      bodySerializer: (fields) => new URLSearchParams(fields as Record<string, string>),
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    }),
  );
  return connect(url, token.body.access_token);
}

export async function pay(url: string, staff: Staff, application_id: string): Promise<void> {
  const finance = await financeSystem(url, staff);
  const found = await done(finance.GET("/v1/invoices", { params: { query: { application_id } } }));
  const invoice = found.body.items[0];
  demand(invoice !== undefined, "The review issued no invoice.");
  const now = (await done(finance.GET("/v1/sandbox/clock"))).body.now;
  const recorded = await done(
    finance.POST("/v1/invoices/{invoice_id}/payments", {
      body: {
        amount: { amount: invoice.total.amount, currency: "GBP" },
        method: "bank_transfer",
        received_on: now.slice(0, 10),
        payer_reference: invoice.number,
        external_system: "ledger",
        external_payment_id: key(),
      },
      params: { path: { invoice_id: invoice.id }, header: { "Idempotency-Key": key() } },
    }),
  );
  demand(recorded.body.invoice.status === "paid", `The invoice is ${recorded.body.invoice.status}.`);
}

// Arrange the interview in an hour's time, then move the sandbox's clock; this ends all sessions.
export async function interview(url: string, staff: Staff, application_id: string): Promise<void> {
  const manager = await signIn(
    url,
    staff.quality_assurance_manager.email,
    staff.quality_assurance_manager.password,
  );
  const { path, header } = await step(manager, application_id);
  await done(
    manager.PUT("/v1/applications/{application_id}/centre-lead", {
      body: { centre_lead_id: staff.centre_lead.person_id, reason: "Knows the port's training providers." },
      params: { path, header: { "If-Match": header["If-Match"] } },
    }),
  );
  const lead = await signIn(url, staff.centre_lead.email, staff.centre_lead.password);
  const begins = Date.parse((await done(lead.GET("/v1/sandbox/clock"))).body.now) + HOUR;
  const arranged = await done(
    lead.POST("/v1/applications/{application_id}/interviews", {
      body: {
        starts_at: new Date(begins).toISOString(),
        ends_at: new Date(begins + HOUR).toISOString(),
        mode: "online",
        place: "https://meet.example.com/harbour-lane",
      },
      params: await step(lead, application_id),
    }),
  );
  await done(lead.POST("/v1/sandbox/clock", { body: { by_seconds: 7_200 } }));
  const later = await signIn(url, staff.centre_lead.email, staff.centre_lead.password);
  const which = { application_id, interview_id: arranged.body.id };
  const seen = await done(
    later.GET("/v1/applications/{application_id}/interviews/{interview_id}", { params: { path: which } }),
  );
  await done(
    later.POST("/v1/applications/{application_id}/interviews/{interview_id}/outcome", {
      body: { outcome: "held", summary: "We went through the sampling strategy and the exam store." },
      params: { path: which, header: { "If-Match": seen.etag, "Idempotency-Key": key() } },
    }),
  );
}

export async function decide(url: string, staff: Staff, application_id: string): Promise<void> {
  const lead = await signIn(url, staff.centre_lead.email, staff.centre_lead.password);
  await done(
    lead.POST("/v1/applications/{application_id}/recommendations", {
      body: { outcome: "accept", reasons: "An experienced team and sound policies." },
      params: await step(lead, application_id),
    }),
  );
  const manager = await signIn(
    url,
    staff.quality_assurance_manager.email,
    staff.quality_assurance_manager.password,
  );
  await done(
    manager.POST("/v1/applications/{application_id}/decisions", {
      body: { outcome: "accept", reasons: "The requirements are met." },
      params: await step(manager, application_id),
    }),
  );
}
