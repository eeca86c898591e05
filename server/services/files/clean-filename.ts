const MAX_NAME_CHARS = 255;

function stepsOf(name: string): string[] {
  return name
    .replaceAll(/\p{Cc}/gu, "")
    .split(/[/\\]/)
    .map((step) => step.trim());
}

/** The last part of the name the sender gave, without control characters; `file` when there is none. */
export function cleanFilename(name: string | undefined): string {
  const last = stepsOf(name ?? "").at(-1) ?? "";
  return last === "" ? "file" : last.toWellFormed().slice(-MAX_NAME_CHARS);
}

/**
 * Where a file stood in the folder it came from, as `guide/setup.md`: without roots, steps upwards and control characters.
 * Of a path that is too long, outer folders go first. Null when nothing is left.
 */
export function cleanRelativePath(path: string): string | null {
  const steps = stepsOf(path.toWellFormed()).filter((step) => !["", ".", ".."].includes(step));
  while (steps.length > 1 && steps.join("/").length > MAX_NAME_CHARS) steps.shift();
  return steps.length === 0 ? null : steps.join("/").slice(-MAX_NAME_CHARS);
}

/** A part of an address as people read it; as it stands where its escapes are no text. */
export function readablePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
