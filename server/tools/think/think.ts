import { z } from "zod";
import { OWN_LABEL } from "#server/protocol/saved-tools";
import { executionError } from "#server/tools/mcp/call-tool";
import { ownCall } from "#server/tools/mcp/mcp-tool";
import type { Tool } from "#server/tools/tool";

const Thought = z.object({ thought: z.string().describe("A thought to think about.") });

/** Notes a thought and does nothing else: room for a model to think between other calls. */
export function createThinkTool(): Tool<z.infer<typeof Thought>> {
  return {
    name: "think",
    description:
      "Use the tool to think about something. It obtains no new information and changes nothing: it only notes the " +
      "thought. Use it where complex reasoning, or working through what other tools have answered, is needed.",
    inputSchema: Thought,
    remote: { serverLabel: OWN_LABEL, name: "think", needsApproval: false },
    cites: false,
    call: ownCall("think"),
    failure: (message) => ({ error: executionError(message) }),
    run: async () => {
      const output = "Your thought has been logged.";
      return { output, item: { output, error: null }, sources: [] };
    },
  };
}
