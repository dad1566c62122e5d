import { api, type Schema } from "../api/client.js";
import { save } from "../api/downloads.js";
import { read } from "../api/problems.js";
import { readApplication } from "../api/reading.js";
import { day, facts, h, money, spoken } from "../page/dom.js";
import { drawDownload } from "../page/download.js";
import { backToApplication } from "../page/places.js";
import type { View } from "../page/router.js";

const STATES: Record<string, string> = {
  issued: "○ To be paid",
  part_paid: "◐ Paid in part",
  paid: "✓ Paid",
  credited: "✓ Credited: nothing is due",
};

const ENTRIES: Record<string, string> = { payment: "Received", reversal: "Taken back", credit: "Credited" };

/** The invoice for centre recognition: what is due by when, how to pay, and what has been received (R18). */
export async function invoiceView(id: string): Promise<View> {
  const { invoice_id: invoiceId } = await readApplication(id);
  const title = "Invoice";
  if (invoiceId === null) {
    return { title, content: [backToApplication(id), h("h1", {}, title), h("p", {}, "There is no invoice yet.")] };
  }
  const params = { path: { invoice_id: invoiceId } };
  // Without an Accept header the API answers with JSON.
  const invoice = (await read(api.GET("/v1/invoices/{invoice_id}", { params }))) as Schema<"Invoice">;
  const file = `${invoice.number}.pdf`;
  const headers = { Accept: "application/pdf" };
  const pdf = (): Promise<void> => save(api.GET("/v1/invoices/{invoice_id}", { params, headers, parseAs: "blob" }), file);
  return {
    title: `Invoice ${invoice.number}`,
    content: [
      backToApplication(id),
      h("h1", {}, `Invoice ${invoice.number}`),
      ...(invoice.sample ? [h("p", {}, "The fee or the bank details are a sample. Do not pay this invoice.")] : []),
      ...standing(invoice),
      ...drawDownload("Invoice (PDF)", pdf),
      ...(invoice.due.amount > 0 ? howToPay(invoice) : []),
      h("h2", {}, "Payments and credits"),
      entries(invoice.entries),
    ],
  };
}

function standing({ status, overdue, ...invoice }: Schema<"Invoice">): Node[] {
  const late = overdue ? ". The last day for paying has passed." : "";
  return [
    h("p", { class: "status" }, (STATES[status] ?? spoken(status)) + late),
    facts(
      ["Amount", money(invoice.total)],
      ["Still due", money(invoice.due)],
      ["Pay by", day(invoice.due_on)],
      ["Received", invoice.paid.amount > 0 ? money(invoice.paid) : null],
      ["Credited", invoice.credited.amount > 0 ? money(invoice.credited) : null],
      ["Received beyond what was due", invoice.credit_balance.amount > 0 ? money(invoice.credit_balance) : null],
      ["Issued on", day(invoice.issued_on)],
      ["Your purchase order", invoice.purchase_order_number],
      ["Sent to", invoice.customer.contact?.email ?? null],
    ),
    h("p", { class: "hint" }, invoice.terms),
  ];
}

function howToPay({ bank, payment_reference: reference }: Schema<"Invoice">): Node[] {
  return [
    h("h2", {}, "How to pay"),
    facts(
      ["Account name", bank.account_name],
      ["Sort code", bank.sort_code],
      ["Account number", bank.account_number],
      ["IBAN", bank.iban],
      ["BIC", bank.bic],
      ["Reference to quote", reference],
    ),
  ];
}

function entries(list: Schema<"Invoice">["entries"]): HTMLElement {
  const rows = list.map((entry) => {
    const number = entry.credit_note_number === null ? "" : ` (credit note ${entry.credit_note_number})`;
    const what = `${ENTRIES[entry.kind] ?? spoken(entry.kind)}: ${money(entry.amount)}${number}`;
    const note = entry.note === null ? [] : [h("br"), h("span", { class: "hint" }, entry.note)];
    return h("li", {}, `${what}, ${day(entry.received_on ?? entry.recorded_at)}`, ...note);
  });
  return rows.length > 0 ? h("ul", { class: "plain" }, ...rows) : h("p", {}, "None yet.");
}
