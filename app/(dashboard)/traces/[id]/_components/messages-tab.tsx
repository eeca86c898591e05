import { ItemRows } from "#components/items/item-rows";
import type { Trace } from "#components/trace/trace-types";
import { None } from "./none";
import type { TraceContent } from "./payload";

/** The conversation as the model saw it, and its answer. */
export function MessagesTab({ trace, content }: { trace: Trace; content: TraceContent }) {
  const items = [...content.input, ...content.output];
  if (items.length === 0) return <None>This run has no messages.</None>;
  return (
    <ItemRows
      items={items}
      instructions={content.response?.instructions}
      vectorStoreId={trace.vectorStoreIds[0] ?? null}
    />
  );
}
