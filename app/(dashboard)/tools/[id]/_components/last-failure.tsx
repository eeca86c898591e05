import type { SavedTool } from "#components/tools/tool-types";
import { Callout } from "#components/ui/status";

/** Why the last test of a tool failed, where it did. */
export function LastFailure({ tool }: { tool: SavedTool }) {
  if (tool.lastTestOk !== false) return null;
  return (
    <Callout tone="danger" title="The last test failed">
      {tool.lastTestNote}
    </Callout>
  );
}
