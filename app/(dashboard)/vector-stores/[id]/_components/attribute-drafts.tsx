import type { Attributes } from "#server/protocol/vector-stores";

export type AttributeType = "string" | "number" | "boolean";

/** An attribute while it is being typed. */
export interface AttributeDraft {
  key: string;
  name: string;
  type: AttributeType;
  /** Of a boolean, `true` or `false`. */
  text: string;
}

/** The bounds of the API. */
export const attributeLimits = { count: 16, nameChars: 64, textChars: 512 };

let made = 0;

/** An empty attribute to type into. */
export function newDraft(): AttributeDraft {
  return { key: `draft-${made++}`, name: "", type: "string", text: "" };
}

/** A file's attributes to be edited. */
export function draftsOf(attributes: Attributes): AttributeDraft[] {
  return Object.entries(attributes).map(([name, value]) => {
    const type = typeof value;
    return {
      ...newDraft(),
      name,
      type: type === "number" || type === "boolean" ? type : "string",
      text: String(value),
    };
  });
}

/** The attributes that drafts without problems stand for. */
export function attributesOf(drafts: readonly AttributeDraft[]): Attributes {
  const read = ({ type, text }: AttributeDraft) => {
    if (type === "number") return Number(text);
    return type === "boolean" ? text === "true" : text;
  };
  return Object.fromEntries(drafts.map((draft) => [draft.name.trim(), read(draft)]));
}

/** What is wrong with one of `all` drafts, in words, or null. */
export function problemOfDraft(draft: AttributeDraft, all: readonly AttributeDraft[]): string | null {
  const name = draft.name.trim();
  if (name === "") return "Give it a name.";
  if (name.length > attributeLimits.nameChars) return `A name has at most ${attributeLimits.nameChars} characters.`;
  if (all.some((other) => other.key !== draft.key && other.name.trim() === name)) return "The name is there twice.";
  if (draft.type === "number" && (draft.text.trim() === "" || !Number.isFinite(Number(draft.text)))) {
    return "That is not a number.";
  }
  if (draft.type === "string" && draft.text.length > attributeLimits.textChars) {
    return `A text has at most ${attributeLimits.textChars} characters.`;
  }
  return null;
}
