/** Makes a part that scrolls reachable and nameable by keyboard and screen reader. */
export function keyboardScroll(label: string) {
  return { role: "region", tabIndex: 0, "aria-label": label };
}
