import { Refused } from "../api/problems.js";
import { h } from "./dom.js";

/** A button that saves a file, and the place where a refusal is told. */
export function drawDownload(label: string, save: () => Promise<void>): HTMLElement[] {
  const trouble = h("p", { role: "alert" });
  const click = (): void => {
    trouble.textContent = "";
    save().catch((error: unknown) => {
      trouble.textContent = error instanceof Refused ? error.problem.detail : "The document could not be downloaded.";
    });
  };
  return [h("button", { type: "button", class: "secondary", click }, label), trouble];
}
