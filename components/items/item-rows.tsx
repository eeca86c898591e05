import type { ReactNode } from "react";
import { ItemView } from "#components/items/item-view";
import { passagesOf } from "#components/items/passages";
import { keyed } from "#components/ui/keyed";
import type { Item } from "#server/protocol/items";

const roleNames: Record<string, string> = {
  user: "User",
  assistant: "Assistant",
  system: "System",
  developer: "Developer",
};

/** Items that a request brings to answer calls. */
const callersTypes = new Set(["function_call_output", "custom_tool_call_output", "mcp_approval_response"]);

function speakerOf(item: Item): string {
  if (item.type === "message") return roleNames[item.role] ?? item.role;
  return callersTypes.has(item.type) ? "Caller" : "Assistant";
}

export interface ItemRowsProps {
  items: readonly Item[];
  instructions?: unknown;
  vectorStoreId?: string | null;
  /** Before the first item. */
  before?: ReactNode;
  /** After the last item. */
  after?: ReactNode;
}

/** A conversation, item by item: who said what. */
export function ItemRows({ items, instructions, vectorStoreId = null, before, after }: ItemRowsProps) {
  const passages = passagesOf(items);
  return (
    <div className="flex min-w-0 flex-col rounded-md border bg-surface">
      {before}
      {typeof instructions === "string" && instructions && (
        <ItemRow speaker="Instructions">
          <p className="whitespace-pre-wrap text-ink-2 text-md">{instructions}</p>
        </ItemRow>
      )}
      {keyed(items, (item) => item.id ?? item.type).map(({ key, item }) => (
        <ItemRow key={key} speaker={speakerOf(item)}>
          <ItemView item={item} passages={passages} vectorStoreId={vectorStoreId} />
        </ItemRow>
      ))}
      {after}
    </div>
  );
}

/** One line of it: a speaker and the words. */
export function ItemRow({ speaker, children }: { speaker: string; children: ReactNode }) {
  return (
    <div className="grid gap-x-4 gap-y-1 border-b px-4 py-3 last:border-b-0 sm:grid-cols-[6.5rem_minmax(0,1fr)]">
      <span className="text-ink-3 text-sm leading-6">{speaker}</span>
      <div className="min-w-0 max-w-200">{children}</div>
    </div>
  );
}
