import { z } from "zod";
import type { BackendResult } from "#server/tools/web-search/backend";

const words = z.string().nullish();
/** A result, by the names that search engines have for its parts. */
const Result = z
  .looseObject({ url: words, link: words, title: words, name: words })
  .extend({ content: words, text: words, description: words, snippet: words })
  .transform((result): BackendResult | null => {
    const url = result.url ?? result.link;
    const text = result.content ?? result.text ?? result.description ?? result.snippet ?? "";
    return url ? { url, title: result.title ?? result.name ?? "", text } : null;
  });

/** Where in an answer its list may be. */
const LISTS = ["results", "items", "data", "organic", "web"];
const MAX_DEPTH = 3;

const FIELD = /^\s*(?:[-*#>]+\s*)?(?:\*\*)?(title|url|link)(?:\*\*)?:(?:\*\*)?\s*(.*)$/i;

/**
 * The pages that a search tool's text names: JSON (a list, or an object that holds one), a JSON object on each line, or
 * blocks with lines `Title:` and `URL:`. Empty for an empty list; null for a text that names none in these ways.
 */
export function readResults(text: string): BackendResult[] | null {
  const whole = listIn(jsonOf(text), 0);
  if (whole !== null) return resultsOf(whole);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const objects = lines.map(jsonOf).filter((value) => value !== undefined);
  const results = objects.length > 0 ? resultsOf(objects) : blocksOf(text);
  return results.length > 0 ? results : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listIn(value: unknown, depth: number): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== "object" || value === null || depth >= MAX_DEPTH) return null;
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const name of LISTS) {
    const list = listIn(fields.get(name), depth + 1);
    if (list !== null) return list;
  }
  return null;
}

function resultsOf(values: readonly unknown[]): BackendResult[] {
  return values.flatMap((value) => Result.safeParse(value).data ?? []);
}

/** A block begins with its title, or with its URL where it has none. */
function blocksOf(text: string): BackendResult[] {
  const blocks: { url: string; title: string; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const [, name, value = ""] = FIELD.exec(line) ?? [];
    const last = blocks.at(-1);
    if (name === undefined) last?.lines.push(line);
    else if (name.toLowerCase() === "title") blocks.push({ url: "", title: value.trim(), lines: [] });
    else if (last && last.url === "") last.url = value.trim();
    else blocks.push({ url: value.trim(), title: "", lines: [] });
  }
  const found = blocks.filter(({ url }) => /^https?:\/\//.test(url));
  return found.map(({ url, title, lines }) => ({ url, title, text: lines.join("\n").trim() }));
}
