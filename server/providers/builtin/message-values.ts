/** Values that a message offers for the fields of a schema: what was quoted, counted, named or addressed. */
export interface MessageValues {
  message: string;
  /** The value given for a field by its own name: `city: Paris`, `city=Paris`, `city is "Paris"`. */
  named(field: string): string | null;
  /** The next quoted string not yet used. */
  nextQuoted(): string | null;
  /** The next number not yet used that `fits`; one beside the field's name goes first. */
  nextNumber(field: string, fits: (value: number) => boolean): number | null;
  /** A name after one of `prepositions`, e.g. "Paris" in "weather in Paris". */
  after(prepositions: readonly string[]): string | null;
  /** All names after one of `prepositions`, split at commas and "and". */
  allAfter(prepositions: readonly string[]): string[];
  /** The first e-mail address, URL or ISO date. */
  find(kind: "email" | "uri" | "date" | "date-time"): string | null;
  /** A capitalised name anywhere but at the start. */
  anyName(): string | null;
  /** All names of the first list of names, as in "Alice, Bob and Carol". */
  listedNames(): string[];
}

const MAX_READ = 20_000;
const QUOTED =
  /"([^"\n]+)"|“([^”\n]+)”|„([^“”\n]+)[“”]|«([^»\n]+)»|`([^`\n]+)`|(?<![\p{L}\p{N}])'([^'\n]+)'(?![\p{L}\p{N}])/gu;
const NUMBER = /(?<![\p{L}\p{N}.,-])-?\d+(?:\.\d+)?(?![\p{L}\p{N}]|[.,]\d)/gu;
const NAME =
  "\\p{Lu}[\\p{L}\\p{M}\\p{N}'’.-]*(?:\\s+(?:(?:de|del|la|le|of|the|van|von|der|al)\\s+)*\\p{Lu}[\\p{L}\\p{M}\\p{N}'’.-]*)*";
const FOUND = {
  email: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u,
  uri: /https?:\/\/[^\s<>"'”’)\]]+/u,
  "date-time": /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})/u,
  date: /\b\d{4}-\d{2}-\d{2}\b/u,
};

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** `userName`, `user_name` and `user-name` as a pattern for how a person writes it. */
function spokenPattern(field: string): string {
  const words = field
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .split(/[\s_-]+/)
    .filter((word) => word !== "");
  return words.map(escapeRegExp).join("[\\s_-]*");
}

function trimName(name: string): string {
  return name.replace(/[.'’-]+$/u, "").replace(/['’]s$/u, "");
}

/** Reads the values out of `message` once; the `next…` functions hand each out at most once. */
export function readMessageValues(text: string): MessageValues {
  const message = text.slice(0, MAX_READ);
  const quoted = [...message.matchAll(QUOTED)].map(
    (match) => match.slice(1).find((group) => group !== undefined) ?? "",
  );
  const numbers = [...message.matchAll(NUMBER)].map(([text]) => Number(text));

  function named(field: string): string | null {
    const spoken = spokenPattern(field);
    if (spoken === "") return null;
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}])${spoken}(?:\\s*(?:[:=]|\\bis\\b|\\bnamed\\b|\\bcalled\\b)\\s*|\\s+(?=["“„«\`']))(?:"([^"\\n]+)"|“([^”\\n]+)”|\`([^\`\\n]+)\`|'([^'\\n]+)'|([^\\s,;]+))`,
      "iu",
    );
    const value = pattern
      .exec(message)
      ?.slice(1)
      .find((group) => group !== undefined);
    return value === undefined ? null : value.replace(/[.,;!?]+$/, "");
  }

  function allAfter(prepositions: readonly string[]): string[] {
    const list = `${NAME}(?:(?:\\s*,\\s*(?:and\\s+|or\\s+)?|\\s+(?:and|or|und)\\s+)${NAME})*`;
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}])(?:${prepositions.join("|")}|${prepositions.map(capitalise).join("|")})\\s+(?:the\\s+)?(${list})`,
      "u",
    );
    const found = pattern.exec(message)?.[1];
    return found === undefined ? [] : found.split(/\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|und)\s+/u).map(trimName);
  }

  function listedNames(): string[] {
    const between = "\\s*,\\s*(?:and\\s+|or\\s+)?|\\s+(?:and|or|und)\\s+";
    const found = new RegExp(`${NAME}(?:(?:${between})${NAME})+`, "u").exec(message)?.[0];
    return found === undefined ? [] : found.split(new RegExp(between, "u")).map(trimName);
  }

  function nextNumber(field: string, fits: (value: number) => boolean): number | null {
    const spoken = spokenPattern(field);
    const beside = new RegExp(`${spoken}\\D{0,6}?(-?\\d+(?:\\.\\d+)?)|(-?\\d+(?:\\.\\d+)?)\\s+${spoken}`, "iu").exec(
      message,
    );
    const near = beside && spoken !== "" ? Number(beside[1] ?? beside[2]) : null;
    const index = near !== null && fits(near) ? numbers.indexOf(near) : numbers.findIndex(fits);
    return index < 0 ? null : (numbers.splice(index, 1)[0] ?? null);
  }

  return {
    message,
    named,
    nextQuoted: () => quoted.shift() ?? null,
    nextNumber,
    after: (prepositions) => allAfter(prepositions)[0] ?? null,
    allAfter,
    find: (kind) => FOUND[kind].exec(message)?.[0]?.replace(/[.,;!?]+$/, "") ?? null,
    anyName() {
      const found = new RegExp(`(?<=[\\p{L}\\p{N},;:]\\s)${NAME}`, "u").exec(message);
      return found ? trimName(found[0]) : null;
    },
    listedNames,
  };
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
