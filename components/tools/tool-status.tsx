import { CirclePause } from "lucide-react";
import type { SavedTool } from "#components/tools/tool-types";
import { Status } from "#components/ui/status";

/** Whether a tool may be used, and how its last test went. */
export function ToolStatus({ tool }: { tool: Pick<SavedTool, "enabled" | "lastTestOk"> }) {
  if (!tool.enabled) {
    return (
      <Status tone="neutral" icon={CirclePause}>
        Disabled
      </Status>
    );
  }
  if (tool.lastTestOk === null) return <Status tone="neutral">Not tested</Status>;
  return tool.lastTestOk ? <Status tone="ok">Works</Status> : <Status tone="danger">Test failed</Status>;
}
