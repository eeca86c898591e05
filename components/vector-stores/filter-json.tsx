import { AttributeFilter } from "#server/protocol/attribute-filter";

export const OPERATORS = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"] as const;
export type Operator = (typeof OPERATORS)[number];

/** One line of the builder: what was typed, not yet a condition. */
export interface FilterLine {
  id: string;
  key: string;
  operator: Operator;
  value: string;
}

export interface FilterDraft {
  join: "and" | "or";
  lines: FilterLine[];
}

/** A value as it was meant: `true` and `12.5` are what they look like, quotes make anything text. */
function readValue(typed: string): string | number | boolean {
  const text = typed.trim();
  if (text === "true" || text === "false") return text === "true";
  if (/^".*"$/.test(text)) return text.slice(1, -1);
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function showValue(value: string | number | boolean): string {
  const plain = String(value);
  return typeof value === "string" && (plain === "" || readValue(plain) !== value) ? `"${plain}"` : plain;
}

/** The builder's lines as the API's filter; null when no line names an attribute. */
export function toFilter({ join, lines }: FilterDraft): AttributeFilter | null {
  const filters = lines
    .filter(({ key }) => key.trim() !== "")
    .map(({ key, operator, value }): AttributeFilter => {
      if (operator !== "in" && operator !== "nin") return { type: operator, key: key.trim(), value: readValue(value) };
      const values = value.split(",").map(readValue);
      return {
        type: operator,
        key: key.trim(),
        value: values.map((one) => (typeof one === "boolean" ? `${one}` : one)),
      };
    });
  const [only, ...others] = filters;
  if (!only) return null;
  return others.length === 0 ? only : { type: join, filters };
}

/** A filter as the builder's lines; null when lines cannot show it: it nests, or lists values with commas. */
export function toDraft(filter: AttributeFilter | null): FilterDraft | null {
  if (filter === null) return { join: "and", lines: [] };
  const compound = "filters" in filter;
  const parts = compound ? filter.filters : [filter];
  const lines = parts.flatMap((part, at): FilterLine[] => {
    if ("filters" in part) return [];
    if (Array.isArray(part.value) && part.value.some((one) => String(one).includes(","))) return [];
    const value = Array.isArray(part.value) ? part.value.map(showValue).join(", ") : showValue(part.value);
    return [{ id: `${at}-${part.key}`, key: part.key, operator: part.type, value }];
  });
  return lines.length === parts.length ? { join: compound ? filter.type : "and", lines } : null;
}

/** Reads the API's JSON. Empty text is no filter. */
export function parseFilter(text: string): { filter: AttributeFilter | null } | { problem: string } {
  if (text.trim() === "") return { filter: null };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: "This is not JSON." };
  }
  const parsed = AttributeFilter.safeParse(json);
  if (parsed.success) return { filter: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
  return { problem: `${where}${issue?.message ?? "This is not a filter."}` };
}

/** A filter's condition in words: `year ≥ 2000`. */
export function describeCondition(filter: AttributeFilter): string {
  if ("filters" in filter) return filter.filters.map(describeCondition).join(` ${filter.type} `);
  const sign = { eq: "=", ne: "≠", gt: ">", gte: "≥", lt: "<", lte: "≤", in: "in", nin: "not in" }[filter.type];
  return `${filter.key} ${sign} ${JSON.stringify(filter.value)}`;
}
