import type { VendorItem } from "#server/protocol/vendor-items";
import type { Quirks } from "#server/providers/openai-responses/quirks";
import { unpack } from "#server/providers/openai-responses/sealed-reasoning";
import type { ModelContent, ModelInput } from "#server/providers/provider";
import { cacheMarkOf } from "#server/providers/shared/cache-mark";
import type { JsonObject } from "#server/providers/shared/json";

/** Ids of vendors' items: ours, by which clients know them, and the server's own. */
export interface ItemIds {
  upstreamOf(id: string): string;
  ownOf(id: string): string;
}

function toPart(part: ModelContent): JsonObject {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text, ...cacheMarkOf(part) };
    case "image":
      return { type: "input_image", image_url: part.url, detail: part.detail, ...cacheMarkOf(part) };
    case "audio":
      return { type: "input_audio", input_audio: { data: part.data, format: part.format } };
  }
}

function textOf(content: ModelContent[]): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function toMessage({ role, content, phase }: Extract<ModelInput, { type: "message" }>): JsonObject {
  if (role !== "assistant") return { type: "message", role, content: content.map(toPart) };
  const said = { type: "output_text", text: textOf(content), annotations: [] };
  return { type: "message", role, content: [said], ...(phase === undefined ? {} : { phase }) };
}

/** Reasoning goes back as what its own server encrypted; raw text only to servers that take it. */
function toReasoning(item: Extract<ModelInput, { type: "reasoning" }>, quirks: Quirks, place: number): JsonObject[] {
  const summary = item.summary.map((text) => ({ type: "summary_text", text }));
  const sealed = unpack(item.encryptedContent, quirks.host);
  if (sealed) return [{ type: "reasoning", id: sealed.id, summary, encrypted_content: sealed.content }];
  if (!quirks.takesRawReasoning || item.text === "") return [];
  const content = [{ type: "reasoning_text", text: item.text }];
  return [{ type: "reasoning", id: `rs_${place}`, summary, content }];
}

function toCall({
  callId: call_id,
  name,
  arguments: text,
  input,
  labels,
}: Extract<ModelInput, { type: "tool_call" }>): JsonObject {
  if (input !== undefined) return { type: "custom_tool_call", call_id, name, input, ...labels };
  return { type: "function_call", call_id, name, arguments: text === "" ? "{}" : text, ...labels };
}

function toResult({
  callId: call_id,
  output,
  custom,
  labels,
}: Extract<ModelInput, { type: "tool_result" }>): JsonObject {
  const isText = output.every((part) => part.type === "text" && !part.endsPrefix);
  return {
    type: custom ? "custom_tool_call_output" : "function_call_output",
    call_id,
    output: isText ? textOf(output) : output.map(toPart),
    ...labels,
  };
}

type Passed = Extract<ModelInput, { type: "vendor_item" }>["item"];
/** With what this server alone says of it. */
type WithOwn = Passed & Pick<VendorItem, "listed_from">;

/** The item under the id by which its server knows it; none when another server made it. */
function toVendorItem({ upstream, listed_from: _made, ...item }: WithOwn, host: string, ids: ItemIds): JsonObject[] {
  if (upstream && upstream.host !== host) return [];
  const fields: JsonObject = { ...item };
  // What searches that were made here have found: no field of theirs elsewhere.
  if (item.type === "web_search_call") delete fields.results;
  const request = fields.approval_request_id;
  const approves = typeof request === "string" ? { approval_request_id: ids.upstreamOf(request) } : {};
  return [{ ...fields, ...approves, id: upstream?.id ?? item.id }];
}

/** The ids of the vendors' items in a conversation, both ways. Unknown ones stay as they are. */
export function itemIdsOf(input: readonly ModelInput[]): ItemIds {
  const upstream = new Map<string, string>();
  const own = new Map<string, string>();
  for (const entry of input) {
    if (entry.type !== "vendor_item" || !entry.item.upstream) continue;
    upstream.set(entry.item.id, entry.item.upstream.id);
    own.set(entry.item.upstream.id, entry.item.id);
  }
  return { upstreamOf: (id) => upstream.get(id) ?? id, ownOf: (id) => own.get(id) ?? id };
}

function toItems(item: ModelInput, place: number, { quirks, ids }: { quirks: Quirks; ids: ItemIds }): JsonObject[] {
  switch (item.type) {
    case "message":
      return [toMessage(item)];
    case "reasoning":
      return toReasoning(item, quirks, place);
    case "tool_call":
      return [toCall(item)];
    case "tool_result":
      return [toResult(item)];
    case "vendor_item":
      return toVendorItem(item.item, quirks.host, ids);
  }
}

/** The `input` of a request to `/responses`. */
export function convertInput(input: readonly ModelInput[], quirks: Quirks, ids: ItemIds): JsonObject[] {
  return input.flatMap((item, place) => toItems(item, place, { quirks, ids }));
}
