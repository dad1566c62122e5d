/** Make screen readers read out a text without moving the focus. */
export function announce(text: string): void {
  const region = document.getElementById("announcements");
  if (region === null) {
    return;
  }
  // Clear the region first: a repeated text would not count as a change.
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}
