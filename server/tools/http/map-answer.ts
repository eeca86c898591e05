import { compile, type JSONValue, search } from "@jmespath-community/jmespath";

export type MappedAnswer = { ok: true; text: string } | { ok: false; message: string };

/** What is wrong with a JMESPath expression, in its parser's words; null when nothing is. */
export function mappingFault(expression: string): string | null {
  try {
    compile(expression);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "It cannot be read.";
  }
}

/** Of an answer, what a JMESPath expression takes from it: a text as it is, all else as JSON. null takes all. */
export function mapAnswer(expression: string | null, text: string): MappedAnswer {
  if (expression === null) return { ok: true, text };
  let json: JSONValue;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, message: "The answer is not JSON, so the tool's result mapping finds nothing in it." };
  }
  try {
    const found = search(json, expression);
    return { ok: true, text: typeof found === "string" ? found : JSON.stringify(found ?? null) };
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    return { ok: false, message: `The tool's result mapping does not fit the answer. ${why}`.trim() };
  }
}
