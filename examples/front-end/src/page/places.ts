import type { Schema } from "../api/client.js";
import { h, link } from "./dom.js";
import { addressOf } from "./router.js";

export type Missing = Schema<"MissingItem">;

export function backToApplication(id: string): HTMLElement {
  return h("p", {}, link(addressOf(`/applications/${id}`), "← Form overview"));
}

/** The address of a missing item's field. */
export function placeOf(id: string, item: Missing): string {
  switch (item.section) {
    case "application":
      return addressOf(`/applications/${id}/details/${item.group ?? ""}`, item.pointer);
    case "policies_and_procedures":
      return addressOf(`/applications/${id}/policies`, item.pointer);
    case "centre_agreement":
      return addressOf(`/applications/${id}/agreement`);
    case "return_items":
      return addressOf(`/applications/${id}/returned`, item.pointer);
    default:
      return addressOf("/contacts");
  }
}

/**
 * The address of the field, policy, site or contact that an item of a return points at.
 *
 * A pointer into section Application begins with the group, which is a page here.
 */
export function placeAskedAbout(id: string, { section, pointer }: Schema<"ReturnItem">): string {
  const [, first = ""] = (pointer ?? "").split("/");
  switch (section) {
    case "application":
      return pointer === null
        ? addressOf(`/applications/${id}`)
        : addressOf(`/applications/${id}/details/${first}`, pointer.slice(first.length + 1));
    case "policies_and_procedures":
      return addressOf(`/applications/${id}/policies`, pointer ?? undefined);
    case "centre_agreement":
      return addressOf(`/applications/${id}/agreement`);
    case "sites":
      return addressOf("/sites", pointer ?? undefined);
    case "contacts":
      return addressOf("/contacts", pointer ?? undefined);
  }
}
