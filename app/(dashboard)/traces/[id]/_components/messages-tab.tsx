import { ItemView } from "#components/items/item-view";
import { passagesOf } from "#components/items/passages";
import type { Trace } from "#components/trace/trace-types";
import { keyed } from "#components/ui/keyed";
import type { Item } from "#server/protocol/items";
import { None } from "./none";
import type { TraceContent } from "./payload";

const roleNames: Record<string, string> = {
  user: "User",
  assistant: "Assistant",
  system: "System",
  developer: "Developer",
};

function speakerOf(item: Item): string {
  if (item.type === "message") return roleNames[item.role] ?? item.role;
  return item.type === "function_call_output" || item.type === "custom_tool_call_output" ? "Caller" : "Assistant";
}

/** The conversation as the model saw it, and its answer. */
export function MessagesTab({ trace, content }: { trace: Trace; content: TraceContent }) {
  const items = [...content.input, ...content.output];
  if (items.length === 0) return <None>This run has no messages.</None>;
  const passages = passagesOf(items);
  const instructions = content.response?.instructions;
  return (
    <div className="flex min-w-0 flex-col rounded-md border bg-surface">
      {typeof instructions === "string" && instructions && (
        <Row speaker="Instructions">
          <p className="whitespace-pre-wrap text-ink-2 text-md">{instructions}</p>
        </Row>
      )}
      {keyed(items, (item) => item.id ?? item.type).map(({ key, item }) => (
        <Row key={key} speaker={speakerOf(item)}>
          <ItemView item={item} passages={passages} vectorStoreId={trace.vectorStoreIds[0] ?? null} />
        </Row>
      ))}
    </div>
  );
}

function Row({ speaker, children }: { speaker: string; children: React.ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-1 border-b px-4 py-3 last:border-b-0 sm:grid-cols-[6.5rem_minmax(0,1fr)]">
      <span className="text-ink-3 text-sm leading-6">{speaker}</span>
      <div className="min-w-0 max-w-200">{children}</div>
    </div>
  );
}
