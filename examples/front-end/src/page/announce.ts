/** Have a screen reader say something without moving the focus. */
export function announce(text: string): void {
  const region = document.getElementById("announcements");
  if (region === null) {
    return;
  }
  // The same words twice are a change only if the region was empty in between.
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}
