import { CodeCallMade } from "#server/protocol/code-interpreter-tool";
import type { Item } from "#server/protocol/items";
import { callPair } from "#server/services/responses/call-pair";

const NAME = "code_interpreter";

/** True for a call of the code interpreter that no provider has made, as far as is known. */
export function isOwnCodeCall(item: Item): boolean {
  return item.type === "code_interpreter_call" && !("upstream" in item && item.upstream);
}

/** The containers of such calls, the newest first. */
export function containersIn(items: readonly Item[]): string[] {
  const ids = items.filter(isOwnCodeCall).flatMap((item) => CodeCallMade.safeParse(item).data?.container_id ?? []);
  return [...new Set(ids.toReversed())];
}

/** The items as a model can read them whose provider runs no code: each call of ours as the call of a function. */
export function codeAsCalls(items: readonly Item[]): Item[] {
  return items.flatMap((item): Item[] => {
    if (!isOwnCodeCall(item)) return [item];
    const { data } = CodeCallMade.safeParse(item);
    if (!data) return [];
    const asked = JSON.stringify({ code: data.code ?? "" });
    return callPair({ id: data.id, name: NAME, arguments: asked, output: outcomeOf(data) });
  });
}

function outcomeOf({ status, outputs }: CodeCallMade): string {
  if (!outputs) return "What this printed is no longer at hand.";
  const texts = outputs.map((output) => (output.type === "logs" ? (output.logs ?? "") : "[A picture was shown.]"));
  const text = texts.join("\n");
  if (status === "failed") return `The tool failed: ${text}`;
  return text === "" ? "[The code ran and printed nothing.]" : text;
}
