const MAX_NAME_CHARS = 255;

/** The last part of the name the sender gave, without control characters; `file` when there is none. */
export function cleanFilename(name: string | undefined): string {
  const last =
    (name ?? "")
      .replaceAll(/\p{Cc}/gu, "")
      .split(/[/\\]/)
      .at(-1)
      ?.trim() ?? "";
  return last === "" ? "file" : last.toWellFormed().slice(-MAX_NAME_CHARS);
}
