import type { EngineRequest } from "#server/engine/engine-request";
import type { RequestTool } from "#server/protocol/tools";
import type { VendorTool } from "#server/protocol/vendor-tools";
import { clientRunTools } from "#server/tools/registry";
import type { ClientCallForm } from "#server/tools/tool";

/** Tools that the client runs, as the engine is given them for a model that knows only functions. */
export function clientRun(
  ...definitions: (VendorTool & { type: keyof typeof clientRunTools })[]
): Pick<EngineRequest, "tools" | "clientForms"> {
  const tools: RequestTool[] = [];
  const clientForms = new Map<string, ClientCallForm>();
  for (const definition of definitions) {
    const { callType, describe, toFields } = clientRunTools[definition.type];
    tools.push({ type: "function", name: definition.type, ...describe(definition, "tools[0]"), strict: false });
    clientForms.set(definition.type, { itemType: callType, toFields: (text) => toFields(text, definition) });
  }
  return { tools, clientForms };
}
