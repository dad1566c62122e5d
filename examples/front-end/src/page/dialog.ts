import { h, type Child } from "./dom.js";

/**
 * Ask for something in a dialog on top of the page, so that what was typed there stays. Resolves to true once `draw`
 * has called `done`, and to false if the person cancels.
 */
export function askInDialog(title: string, words: string, draw: (done: () => void) => readonly Child[]): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h("dialog", { "aria-labelledby": "dialog-heading" });
    dialog.append(
      h("h2", { id: "dialog-heading" }, title),
      h("p", {}, words),
      ...draw(() => dialog.close("done")).filter((child) => child !== null),
      h("button", { type: "button", class: "secondary", click: () => dialog.close() }, "Cancel"),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "done");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
