import { api, type Schema } from "../api/client.js";
import { ask, read } from "../api/problems.js";
import { drawForm } from "../forms/form.js";
import { NEW_EMAIL_FIELDS } from "../forms/people.js";
import { answered } from "../forms/values.js";
import { announce } from "../page/announce.js";
import { h, moment } from "../page/dom.js";
import type { View } from "../page/router.js";
import { drawEnrolment, drawRecoveryCodes } from "./second-factor.js";

/** One's own account: the email address and the second factors. Changes ask for a fresh proof; see prove-again.ts. */
export async function accountView(): Promise<View> {
  const me = await read(api.GET("/v1/me"));
  const name = `${me.first_name} ${me.last_name}`;
  return {
    title: "Your account",
    content: [
      h("h1", {}, "Your account"),
      h("p", { class: "lead" }, `${name}, signed in with ${me.email}.`),
      h("h2", {}, "Email address"),
      await emailPart(),
      h("h2", {}, "Second factors"),
      await factorPart(),
    ],
  };
}

async function emailPart(): Promise<HTMLElement> {
  const part = h("div", {});
  const form = drawForm({
    name: "email",
    fields: NEW_EMAIL_FIELDS,
    button: "Change the address",
    send: async (values) => {
      const body = answered<Schema<"EmailChangeCreate">>(values);
      const outcome = await ask(api.POST("/v1/me/email-changes", { body }));
      if (!outcome.ok) {
        return outcome.problem;
      }
      form.write({});
      await show(`We have written to ${outcome.data.new_email}.`);
      return undefined;
    },
  });

  async function show(done?: string): Promise<void> {
    const { items } = await read(api.GET("/v1/me/email-changes"));
    part.replaceChildren(...items.map(describe), form.element);
    if (done !== undefined) {
      announce(done);
    }
  }

  /** The same whether the address is free or not: its holder learns that from the letter. */
  function describe(change: Schema<"EmailChange">): HTMLElement {
    const cancel = drawForm({
      name: `cancel-${change.id}`,
      fields: {},
      button: "Cancel the change",
      send: async () => {
        const path = { email_change_id: change.id };
        const outcome = await ask(api.DELETE("/v1/me/email-changes/{email_change_id}", { params: { path } }));
        if (!outcome.ok) {
          return outcome.problem;
        }
        await show("The change is cancelled.");
        return undefined;
      },
    });
    return h(
      "div",
      { class: "waiting" },
      h(
        "p",
        {},
        `We have written to ${change.new_email}. Confirm the change by the link there until `,
        `${moment(change.expires_at)}. Until then you sign in as before.`,
      ),
      cancel.element,
    );
  }

  await show();
  return part;
}

async function factorPart(): Promise<HTMLElement> {
  const list = h("div", {});
  const given = h("div", {});
  const ways = h("div", {});

  async function show(codes: readonly string[], done?: string): Promise<void> {
    // Before anything that can fail: nobody can read the codes again.
    given.replaceChildren(...(codes.length > 0 ? drawRecoveryCodes(codes) : []));
    const { items, recovery_codes_left: left } = await read(api.GET("/v1/me/second-factors"));
    list.replaceChildren(
      items.length === 0
        ? h("p", {}, "You have none. With one, a stolen password is not enough to get into your account.")
        : h("ul", { class: "plain" }, ...items.map(describe)),
    );
    ways.replaceChildren(
      ...(items.length > 0 ? [h("p", {}, `Recovery codes left: ${left}.`), newCodes.element] : []),
      drawEnrolment((codesOfFirst) => show(codesOfFirst, "Added.")),
    );
    if (done !== undefined) {
      announce(done);
    }
  }

  const newCodes = drawForm({
    name: "codes",
    fields: {},
    button: "Make new recovery codes",
    send: async () => {
      const outcome = await ask(api.POST("/v1/me/recovery-codes"));
      if (!outcome.ok) {
        return outcome.problem;
      }
      await show(outcome.data.recovery_codes, "The earlier codes no longer work.");
      return undefined;
    },
  });

  function describe(factor: Schema<"SecondFactor">): HTMLElement {
    const kind = factor.kind === "totp" ? "Authenticator app" : "Passkey";
    const form = drawForm({
      name: `remove-${factor.id}`,
      fields: {},
      button: `Remove ${factor.name}`,
      send: async () => {
        const path = { factor_id: factor.id };
        const outcome = await ask(api.DELETE("/v1/me/second-factors/{factor_id}", { params: { path } }));
        if (!outcome.ok) {
          return outcome.problem;
        }
        await show([], `${factor.name} is removed.`);
        return undefined;
      },
    });
    return h("li", {}, h("strong", {}, factor.name), ` (${kind})`, form.element);
  }

  await show([]);
  return h("div", {}, list, given, ways);
}
