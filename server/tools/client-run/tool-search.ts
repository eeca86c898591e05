import { z } from "zod";
import type { VendorTool } from "#server/protocol/vendor-tools";
import { CallId, type ClientRunTool, readArguments, readItem } from "#server/tools/client-run/client-run-tool";

/** Whatever the client's own schema allows. */
const Arguments = z.record(z.string(), z.unknown());
const Call = z.looseObject({ call_id: CallId, arguments: z.union([z.string(), Arguments]).nullish() });
const Loaded = z.looseObject({ type: z.string(), name: z.string().optional() });
const Answer = z.looseObject({ call_id: CallId, tools: z.array(Loaded) });

const Definition = z.looseObject({
  execution: z.enum(["server", "client"]).nullish(),
  description: z.string().nullish(),
  parameters: Arguments.nullish(),
});

const DESCRIPTION =
  "Finds further tools that can be called afterwards. Use it when none of the tools at hand does what is asked for.";
const QUERY = {
  type: "object",
  properties: { query: { type: "string", description: "What the tool has to be able to do." } },
  required: ["query"],
};

/** True for a search of the client's; otherwise the vendor searches among the request's own deferred tools. */
export function isClientSearch(tool: VendorTool): boolean {
  return Definition.safeParse(tool).data?.execution === "client";
}

/** OpenAI's `tool_search`, run by the client. */
export const toolSearch: ClientRunTool = {
  callType: "tool_search_call",
  outputType: "tool_search_output",
  describe(tool) {
    const { description, parameters } = Definition.safeParse(tool).data ?? {};
    return { description: description ?? DESCRIPTION, parameters: parameters ?? QUERY };
  },
  toFields: (text) => ({ execution: "client", arguments: readArguments(Arguments, text, true) }),
  readCall(item) {
    const { call_id: callId, arguments: given } = readItem(Call, item);
    return { callId, arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}) };
  },
  readAnswer(item) {
    const { call_id: callId, tools } = readItem(Answer, item);
    const names = tools.map(({ name, type }) => name ?? type);
    const output = names.length > 0 ? `Found, and ready to be called: ${names.join(", ")}.` : "No tool was found.";
    return { callId, output };
  },
};
