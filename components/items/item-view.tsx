"use client";
import { Archive, Brain, Paperclip, SquareFunction, Wrench } from "lucide-react";
import { ArgumentsView } from "#components/items/arguments-view";
import { CodeView } from "#components/items/code-view";
import { FileSearchView } from "#components/items/file-search-view";
import { Fold } from "#components/items/fold-view";
import { ImageView } from "#components/items/image-view";
import { mcpView } from "#components/items/mcp-views";
import { TextPart } from "#components/items/text-part";
import { WebSearchView } from "#components/items/web-search-view";
import { JsonViewer } from "#components/ui/json-viewer";
import { keyed } from "#components/ui/keyed";
import { RunStatus } from "#components/ui/status";
import type { MessagePart } from "#server/protocol/content";
import type { CustomToolCallItem, CustomToolCallOutputItem } from "#server/protocol/custom-tool-items";
import type {
  FileSearchResult,
  FunctionCallItem,
  FunctionCallOutputItem,
  Item,
  ReasoningItem,
} from "#server/protocol/items";
import type { VendorItem } from "#server/protocol/vendor-items";

export interface ItemViewProps {
  item: Item;
  /** Passages that citations of this conversation may rest on. */
  passages: readonly FileSearchResult[];
  vectorStoreId?: string | null;
  /** How long a tool's call took, where that is known. */
  durationMs?: number | undefined;
}

/** One item of a run: a message, a call, its result, or reasoning. */
export function ItemView({ item, passages, vectorStoreId, durationMs }: ItemViewProps) {
  switch (item.type) {
    case "message":
      return (
        <div className="flex min-w-0 flex-col gap-2">
          {keyed(item.content, (part) => part.type).map(({ key, item: part }) => (
            <MessagePartView key={key} {...{ part, passages, vectorStoreId }} />
          ))}
        </div>
      );
    case "function_call":
    case "custom_tool_call":
      return <FunctionCallView item={item} />;
    case "function_call_output":
    case "custom_tool_call_output":
      return <FunctionOutputView item={item} />;
    case "reasoning":
      return <ReasoningView item={item} />;
    case "compaction":
      return (
        <Fold icon={Archive} title="Compacted what was said before">
          <p className="px-3 py-2 text-ink-2">The summary is sealed: only the model reads it.</p>
        </Fold>
      );
    case "file_search_call":
      return <FileSearchView item={item} durationMs={durationMs} />;
    case "web_search_call":
      return <WebSearchView item={item} durationMs={durationMs} />;
    case "code_interpreter_call":
      return <CodeView item={item} durationMs={durationMs} />;
    case "image_generation_call":
      return <ImageView item={item} durationMs={durationMs} />;
    default:
      return mcpView(item, durationMs) ?? <VendorItemView item={item} />;
  }
}

/** What a provider's own tool did: `computer_call` as “Computer call”. */
function VendorItemView({ item }: { item: VendorItem }) {
  const words = item.type.replaceAll("_", " ");
  return (
    <Fold
      icon={Wrench}
      title={words.charAt(0).toUpperCase() + words.slice(1)}
      aside={item.status === "in_progress" ? <RunStatus status="running" /> : undefined}
    >
      <JsonViewer value={item} className="border-0" depth={1} />
    </Fold>
  );
}

function MessagePartView({ part, passages, vectorStoreId }: { part: MessagePart } & Omit<ItemViewProps, "item">) {
  switch (part.type) {
    case "output_text":
      return <TextPart {...{ part, passages, vectorStoreId }} />;
    case "input_text":
      return <p className="whitespace-pre-wrap text-md [overflow-wrap:anywhere]">{part.text}</p>;
    case "refusal":
      return <p className="whitespace-pre-wrap text-md text-warning">Refused: {part.refusal}</p>;
    case "input_image":
      return <Attachment name={part.file_id ?? "Image"} />;
    case "input_file":
      return <Attachment name={part.filename ?? part.file_id ?? part.file_url ?? "File"} />;
    default:
      return <JsonViewer value={part} depth={1} />;
  }
}

function Attachment({ name }: { name: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1.5 self-start rounded-md border px-2 py-1 text-ink-2 text-sm">
      <Paperclip aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{name}</span>
    </span>
  );
}

function FunctionCallView({ item }: { item: FunctionCallItem | CustomToolCallItem }) {
  return (
    <Fold
      icon={SquareFunction}
      startOpen
      title={
        <>
          Calls <span className="figures text-sm">{item.name}</span>
        </>
      }
      aside={
        item.status === "in_progress" ? <RunStatus status="running" /> : <span className="figures">{item.call_id}</span>
      }
    >
      <ArgumentsView text={item.type === "function_call" ? item.arguments : item.input} />
    </Fold>
  );
}

function FunctionOutputView({ item }: { item: FunctionCallOutputItem | CustomToolCallOutputItem }) {
  return (
    <Fold
      icon={SquareFunction}
      title="Result of the call"
      aside={<span className="figures">{item.call_id}</span>}
      startOpen
    >
      {typeof item.output === "string" ? (
        <ArgumentsView text={item.output} />
      ) : (
        <JsonViewer value={item.output} className="border-0" />
      )}
    </Fold>
  );
}

function ReasoningView({ item }: { item: ReasoningItem }) {
  const texts = [...(item.content ?? []), ...item.summary].map((part) => part.text).filter(Boolean);
  const running = item.status === "in_progress";
  return (
    <Fold
      icon={Brain}
      title={running ? "Reasoning" : "Reasoned"}
      aside={running ? <RunStatus status="running" /> : undefined}
    >
      <div className="flex flex-col gap-2 px-3 py-2 text-ink-2">
        {texts.length > 0 ? (
          keyed(texts, (text) => text.slice(0, 40)).map(({ key, item: text }) => (
            <p key={key} className="whitespace-pre-wrap [overflow-wrap:anywhere]">
              {text}
            </p>
          ))
        ) : (
          <p>The model kept its reasoning to itself.</p>
        )}
      </div>
    </Fold>
  );
}
