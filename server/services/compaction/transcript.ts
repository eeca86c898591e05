import type { FunctionOutputPart, MessagePart } from "#server/protocol/content";
import type { Item } from "#server/protocol/items";
import { isVendorItem, type VendorItem } from "#server/protocol/vendor-items";

function partText(part: MessagePart | FunctionOutputPart): string {
  switch (part.type) {
    case "input_text":
    case "output_text":
      return part.text;
    case "refusal":
      return part.refusal;
    case "input_image":
      return "[an image]";
    case "input_video":
      return "[a video]";
    case "input_audio":
      return "[a recording]";
    case "input_file":
      return `[the file ${part.filename ?? part.file_id ?? part.file_url ?? "without a name"}]`;
  }
}

function outputText(output: string | FunctionOutputPart[]): string {
  return typeof output === "string" ? output : output.map(partText).join("\n");
}

const SPEAKERS = { user: "User", assistant: "Assistant", system: "System", developer: "Developer" } as const;

/** What one item of a vendor's tool may take: some hold whole images. */
const MAX_VENDOR_TEXT = 4_000;

function vendorParagraph(item: VendorItem): string {
  const { type, id: _, upstream: _theirs, ...fields } = item;
  return `${type.endsWith("_output") ? "Result" : "Assistant uses"} ${type}: ${JSON.stringify(fields).slice(0, MAX_VENDOR_TEXT)}`;
}

/** One item of a conversation as a paragraph of its transcript; null for what says nothing to a reader. */
function paragraphOf(item: Item): string | null {
  if (isVendorItem(item)) return vendorParagraph(item);
  switch (item.type) {
    case "message":
      return `${SPEAKERS[item.role]}: ${item.content.map(partText).join("\n")}`;
    case "function_call":
      return `Assistant calls ${item.name}: ${item.arguments}`;
    case "custom_tool_call":
      return `Assistant calls ${item.name}: ${item.input}`;
    case "function_call_output":
    case "custom_tool_call_output":
      return `Result: ${outputText(item.output)}`;
    case "file_search_call": {
      const found = item.results?.map((result) => `${result.filename}: ${result.text}`) ?? [];
      return `Assistant searches files for ${item.queries.join("; ")}\n${found.join("\n")}`.trimEnd();
    }
    case "reasoning": {
      const said = item.summary.map((part) => part.text).join("\n");
      return said === "" ? null : `Assistant thinks: ${said}`;
    }
    case "compaction":
      return null;
  }
}

/** The items as text, one paragraph each: what a model is asked to summarise. */
export function transcriptOf(items: readonly Item[]): string {
  return items.flatMap((item) => paragraphOf(item) ?? []).join("\n\n");
}
