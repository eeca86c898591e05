import { isAdditionalTools, toolsTold } from "#server/protocol/additional-tools";
import type { MessagePart, UrlCitation } from "#server/protocol/content";
import { type WireError, writeError } from "#server/protocol/error";
import type { AnnotationAddedEvent, ResponseEvent } from "#server/protocol/events";
import type { Item } from "#server/protocol/items";
import { paddingFor } from "#server/protocol/obfuscation";
import type { Include } from "#server/protocol/request";
import type { ResponseResource } from "#server/protocol/response";
import { OWN_LABEL } from "#server/protocol/saved-tools";
import type { RequestTool, ToolChoice, ToolRef } from "#server/protocol/tools";
import { isVendorEventType, isVendorItem, type VendorItem } from "#server/protocol/vendor-items";
import { showWebSearch } from "#server/protocol/web-search-tools";

/** `default`: OpenAI's names. `strict`: Open Responses to the letter, asked for by its version header. */
export type Dialect = "default" | "strict";

/** What a reader of an answer has asked to see, and where it can reach this server. */
export interface WireView {
  include: readonly Include[];
  /** Origin of this server's public URL, without a slash at the end. */
  baseUrl: string;
  /** Pad the deltas, so that their sizes tell less. */
  obfuscation?: boolean;
}

const NOTHING_MORE: WireView = { include: [], baseUrl: "" };

/** The dialect that the value of an `OpenResponses-Version` header asks for: a date or `latest` is strict. */
export function dialectOf(versionHeader: string | null | undefined): Dialect {
  return versionHeader && /^(latest|\d{4}-\d{2}-\d{2})$/.test(versionHeader.trim()) ? "strict" : "default";
}

/** The event without what the caller did not ask to see. The same object when nothing has to be hidden. */
export function showEvent<E extends ResponseEvent>(event: E, include: readonly Include[]): E {
  switch (event.type) {
    case "response.output_item.added":
    case "response.output_item.done": {
      const item = showItem(event.item, include);
      return item === event.item ? event : { ...event, item };
    }
    case "response.completed":
    case "response.incomplete":
    case "response.failed": {
      const response = showResponse(event.response, include);
      return response === event.response ? event : { ...event, response };
    }
    default:
      return event;
  }
}

/** The response without what the caller did not ask to see. The same object when nothing has to be hidden. */
export function showResponse(response: ResponseResource, include: readonly Include[]): ResponseResource {
  const output = response.output.map((item) => showItem(item, include));
  return output.every((item, index) => item === response.output[index]) ? response : { ...response, output };
}

/** The item without what the caller did not ask to see. The same object when nothing has to be hidden. */
export function showItem<I extends Item>(item: I, include: readonly Include[]): I {
  if (item.type === "code_interpreter_call" && !("upstream" in item) && "outputs" in item && item.outputs !== null) {
    if (!include.includes("code_interpreter_call.outputs")) return { ...item, outputs: null };
  }
  if ("upstream" in item && item.upstream) return showItem({ ...item, upstream: undefined }, include);
  if ("listed_from" in item && item.listed_from) return showItem({ ...item, listed_from: undefined }, include);
  if (item.type === "file_search_call" && item.results !== null && !include.includes("file_search_call.results")) {
    return { ...item, results: null };
  }
  if (item.type === "web_search_call") return showWebSearch(item, include);
  if (item.type === "reasoning" && item.encrypted_content !== undefined) {
    if (include.includes("reasoning.encrypted_content")) return item;
    const { encrypted_content: _, ...shown } = item;
    return shown as I;
  }
  return item;
}

/** The event as the dialect writes it. In the default dialect most events are returned as they are. */
export function writeEvent(dialect: Dialect, event: ResponseEvent, view: WireView = NOTHING_MORE): object {
  const shown = showEvent(event, view.include);
  const written = dialect === "default" ? shown : strictEvent(shown, view);
  const delta = view.obfuscation && "delta" in shown ? shown.delta : undefined;
  return delta === undefined ? written : { ...written, obfuscation: paddingFor(delta) };
}

/** The response as the dialect writes it. */
export function writeResponse(dialect: Dialect, response: ResponseResource, view: WireView = NOTHING_MORE): object {
  const shown = showResponse(response, view.include);
  return dialect === "default" ? shown : strictResponse(shown, view);
}

/** The item as the dialect writes it. */
export function writeItem(dialect: Dialect, item: Item, view: WireView = NOTHING_MORE): object {
  const shown = showItem(item, view.include);
  return dialect === "default" ? shown : strictItem(shown, view);
}

function strictEvent(event: ResponseEvent, view: WireView): object {
  switch (event.type) {
    case "response.created":
    case "response.queued":
    case "response.in_progress":
    case "response.completed":
    case "response.incomplete":
    case "response.failed":
      return { ...event, response: strictResponse(event.response, view) };
    case "response.output_item.added":
    case "response.output_item.done":
      return { ...event, item: strictItem(event.item, view) };
    case "response.content_part.added":
    case "response.content_part.done":
      return event.part.type === "output_text" ? { ...event, part: strictPart(event.part, view) } : event;
    case "response.output_text.annotation.added":
      return { ...event, annotation: strictAnnotation(event.annotation, view) };
    case "response.reasoning_text.delta":
      return { ...event, type: "response.reasoning.delta" };
    case "response.reasoning_text.done":
      return { ...event, type: "response.reasoning.done" };
    case "response.custom_tool_call_input.delta":
    case "response.custom_tool_call_input.done":
    case "response.file_search_call.in_progress":
    case "response.file_search_call.searching":
    case "response.file_search_call.completed":
      return { ...event, type: prefixed(event.type) };
    case "error": {
      const error: WireError = writeError("strict", event.error);
      return { ...event, error };
    }
    default:
      return isVendorEventType(event.type) ? strictVendorEvent(event) : event;
  }
}

function strictResponse(response: ResponseResource, view: WireView): object {
  return {
    ...response,
    output: response.output.map((item) => strictItem(item, view)),
    tools: response.tools.map(strictTool),
    tool_choice: strictToolChoice(response.tool_choice),
    text: { ...response.text, format: strictFormat(response.text.format) },
    reasoning: {
      ...response.reasoning,
      effort: STRICT_EFFORTS[response.reasoning.effort ?? ""] ?? response.reasoning.effort,
    },
  };
}

/** Efforts that Open Responses does not know, as the nearest that it does. */
const STRICT_EFFORTS: Record<string, string> = { minimal: "low", max: "xhigh" };

function strictFormat(format: ResponseResource["text"]["format"]): object {
  if (format.type !== "json_schema") return format;
  return { ...format, description: format.description ?? null, schema: null };
}

function strictItem(item: Item, view: WireView): object {
  if (isVendorItem(item)) return strictVendorItem(item);
  switch (item.type) {
    case "custom_tool_call":
    case "custom_tool_call_output":
    case "file_search_call":
      return { ...item, type: prefixed(item.type) };
    case "message":
      return item.content.some(hasAnnotations)
        ? { ...item, content: item.content.map((part) => strictPart(part, view)) }
        : item;
    default:
      return item;
  }
}

/** Ids of calls of this server's own tools begin so. */
const OWN_CALL_ID = /^tc_/;

function strictVendorEvent(event: ResponseEvent): object {
  if (!("item_id" in event) || !OWN_CALL_ID.test(event.item_id)) return { ...event, type: prefixed(event.type) };
  return { ...event, type: `rejoinder:${event.type.replace(".mcp_call", ".tool_call")}` };
}

function strictVendorItem(item: VendorItem): object {
  const { server_label } = { server_label: null, ...item };
  if (item.type === "mcp_call" && server_label === OWN_LABEL) return { ...item, type: "rejoinder:tool_call" };
  const tools = toolsTold(item).map(strictTool);
  return { ...item, type: prefixed(item.type), ...(isAdditionalTools(item) ? { tools } : {}) };
}

function hasAnnotations(part: MessagePart): boolean {
  return part.type === "output_text" && part.annotations.length > 0;
}

function strictPart(part: MessagePart, view: WireView): object {
  if (part.type !== "output_text" || part.annotations.length === 0) return part;
  return { ...part, annotations: part.annotations.map((annotation) => strictAnnotation(annotation, view)) };
}

/**
 * Open Responses has URL citations only. One of a stored file becomes one of its content URL, at the point where it
 * stood; a vendor's own files, which only the vendor has, are named by their ids.
 */
function strictAnnotation(annotation: AnnotationAddedEvent["annotation"], view: WireView): UrlCitation {
  switch (annotation.type) {
    case "url_citation":
      return annotation;
    case "file_citation": {
      const { file_id, filename, index } = annotation;
      return urlCitation(`${view.baseUrl}/v1/files/${file_id}/content`, filename, [index, index]);
    }
    case "container_file_citation": {
      const { container_id, file_id, filename, start_index, end_index } = annotation;
      const url = OWN_CONTAINER.test(container_id)
        ? `${view.baseUrl}/v1/containers/${container_id}/files/${file_id}/content`
        : `container:${container_id}/${file_id}`;
      return urlCitation(url, filename, [start_index, end_index]);
    }
    case "file_path":
      return urlCitation(`file:${annotation.file_id}`, annotation.file_id, [annotation.index, annotation.index]);
  }
}

/** Ours are as long as all our ids; OpenAI's are longer. */
const OWN_CONTAINER = /^cntr_[0-9a-f]{32}$/;

function urlCitation(url: string, title: string, [start_index, end_index]: [number, number]): UrlCitation {
  return { type: "url_citation", url, title, start_index, end_index };
}

function strictTool(tool: RequestTool): object {
  return tool.type === "function" ? tool : { ...tool, type: prefixed(tool.type) };
}

function strictToolChoice(choice: ToolChoice): unknown {
  if (typeof choice === "string") return choice;
  return choice.type === "allowed_tools" ? { ...choice, tools: choice.tools.map(strictRef) } : strictRef(choice);
}

function strictRef(ref: ToolRef): object {
  return ref.type === "function" ? ref : { ...ref, type: prefixed(ref.type) };
}

const OURS: ReadonlySet<string> = new Set(["agentic_search", "think"]);

function prefixed(name: string): string {
  if (name.startsWith("rejoinder:")) return name;
  return OURS.has(name) ? `rejoinder:${name}` : `openai:${name}`;
}
