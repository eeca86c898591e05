import { z } from "zod";
import type { HostedCallEvent } from "#server/protocol/events";
import { list, record, text } from "#server/protocol/json-values";

/** What streams of an item: one of its fields, and the name under which its events come. */
interface StreamedField {
  field: "code" | "arguments";
  event: "code_interpreter_call_code" | "mcp_call_arguments";
}

interface Shape {
  /** Fields that an item has from its beginning, as they are then. `null`: known at the beginning already. */
  opening: Record<string, unknown> | null;
  /** Fields that are the same at the beginning and at the end. */
  kept: readonly string[];
  /** Statuses that a finished item has gone through before and after what it streamed. */
  before: readonly string[];
  after: readonly string[];
  streamed: StreamedField | null;
}

const WHOLE: Shape = { opening: null, kept: [], before: [], after: [], streamed: null };

/**
 * Items of tools that a model's vendor runs itself, or that only its models know. They pass through with all their
 * fields; this table says how they begin and which events they send. Source: OpenAI's API reference and its traffic.
 */
const SHAPES = {
  web_search_call: {
    opening: {},
    kept: [],
    before: ["in_progress", "searching"],
    after: ["completed"],
    streamed: null,
  },
  code_interpreter_call: {
    opening: { code: "", outputs: [] },
    kept: ["container_id"],
    before: ["in_progress"],
    after: ["interpreting", "completed"],
    streamed: { field: "code", event: "code_interpreter_call_code" },
  },
  image_generation_call: {
    opening: { result: null },
    kept: [],
    before: ["in_progress", "generating"],
    after: ["completed"],
    streamed: null,
  },
  mcp_list_tools: {
    opening: { tools: [] },
    kept: ["server_label"],
    before: ["in_progress"],
    after: ["completed"],
    streamed: null,
  },
  mcp_call: {
    opening: { arguments: "", output: null, error: null },
    kept: ["server_label", "name", "approval_request_id"],
    before: ["in_progress"],
    after: ["completed"],
    streamed: { field: "arguments", event: "mcp_call_arguments" },
  },
  mcp_approval_request: WHOLE,
  mcp_approval_response: WHOLE,
  computer_call: WHOLE,
  computer_call_output: WHOLE,
  local_shell_call: WHOLE,
  local_shell_call_output: WHOLE,
  shell_call: {
    opening: { action: { commands: [], timeout_ms: null, max_output_length: null } },
    kept: ["call_id", "caller", "environment"],
    before: [],
    after: [],
    streamed: null,
  },
  shell_call_output: WHOLE,
  apply_patch_call: WHOLE,
  apply_patch_call_output: WHOLE,
  tool_search_call: WHOLE,
  tool_search_output: WHOLE,
  additional_tools: WHOLE,
  program: WHOLE,
  program_output: WHOLE,
} satisfies Record<string, Shape>;

export type VendorItemType = keyof typeof SHAPES;

export const VENDOR_ITEM_TYPES = Object.keys(SHAPES) as [VendorItemType, ...VendorItemType[]];

/** Every event of such items. Others, which clients would stumble over, are not passed on. */
const EVENTS = [
  "response.web_search_call.in_progress",
  "response.web_search_call.searching",
  "response.web_search_call.completed",
  "response.code_interpreter_call.in_progress",
  "response.code_interpreter_call.interpreting",
  "response.code_interpreter_call.completed",
  "response.code_interpreter_call_code.delta",
  "response.code_interpreter_call_code.done",
  "response.image_generation_call.in_progress",
  "response.image_generation_call.generating",
  "response.image_generation_call.partial_image",
  "response.image_generation_call.completed",
  "response.shell_call_command.added",
  "response.shell_call_command.delta",
  "response.shell_call_command.done",
  "response.mcp_list_tools.in_progress",
  "response.mcp_list_tools.completed",
  "response.mcp_list_tools.failed",
  "response.mcp_call.in_progress",
  "response.mcp_call.completed",
  "response.mcp_call.failed",
  "response.mcp_call_arguments.delta",
  "response.mcp_call_arguments.done",
] as const;

export type VendorEventType = (typeof EVENTS)[number];

const knownEvents: ReadonlySet<string> = new Set(EVENTS);

/** What a vendor that runs tools may send: its file searches too, although this server has such a tool of its own. */
export type PassedItemType = VendorItemType | "file_search_call";
export type PassedEventType = VendorEventType | HostedCallEvent["type"];

/** Items after which it is the client's turn: to approve, or to do what the model asked for. */
const ASKS_CLIENT: ReadonlySet<PassedItemType> = new Set([
  "mcp_approval_request",
  "computer_call",
  "local_shell_call",
  "shell_call",
  "apply_patch_call",
  "tool_search_call",
]);

/** An item of a vendor's tool. Beside these fields it has all those that its vendor gave it. */
export interface VendorItem {
  type: VendorItemType;
  id: string;
  status?: string;
  /** Whose it is and its id there, for giving it back. Never shown. */
  upstream?: { host: string; id: string };
  /** Of a list of tools that was made here: a hash of its server's address. Never shown. */
  listed_from?: string;
  /** Of a list of tools, or of an item that brings some, which a developer does. */
  tools?: unknown;
  role?: "developer";
}

/** An event of such an item. Beside these fields it has all those that its vendor gave it. */
export interface VendorItemEvent {
  type: VendorEventType;
  item_id: string;
  output_index: number;
  delta?: string;
  arguments?: string;
  /** Of a shell call: which of its commands, and the command as far as it has come. */
  command_index?: number;
  command?: string;
}

/** Those whose fields this server reads itself when a request carries them. */
const READ_HERE = ["additional_tools"] as const;

/** An item of a vendor's tool as a request carries it: its other fields are the vendor's to check. */
export const VendorItemInput = z
  .looseObject({
    type: z.enum(VENDOR_ITEM_TYPES).exclude(READ_HERE),
    id: z.string().nullish(),
    status: z.string().nullish(),
  })
  .meta({ id: "VendorItemInput" });

/** True for the type of an item that passes through. */
export function isVendorItemType(type: string): type is VendorItemType {
  return Object.hasOwn(SHAPES, type);
}

/** True for an event of such an item that clients know. */
export function isVendorEventType(type: string): type is VendorEventType {
  return knownEvents.has(type);
}

/** True for the type of an item that a vendor's tools may send. */
export function isPassedItemType(type: string): type is PassedItemType {
  return type === "file_search_call" || isVendorItemType(type);
}

/** True for an event of such an item that clients know. */
export function isPassedEventType(type: string): type is PassedEventType {
  return /^response\.file_search_call\.(in_progress|searching|completed)$/.test(type) || isVendorEventType(type);
}

/** True for an item of a vendor's tool. */
export function isVendorItem<I extends { type: string }>(item: I): item is Extract<I, { type: VendorItemType }> {
  return isVendorItemType(item.type);
}

/** True when the model can only go on once the client has answered the item. */
export function asksClient(type: PassedItemType): boolean {
  return ASKS_CLIENT.has(type);
}

/** The item with all the fields it came with, but for what only this server may set. */
export function normalizeVendorItem(
  item: z.infer<typeof VendorItemInput>,
): Omit<VendorItem, "id"> & { id: string | null } {
  const { upstream: _ours, listed_from: _made, id, status, ...fields } = item;
  // OpenAI's contract names the call of this one item by `id`, its guides by `call_id`.
  const named = item.type === "local_shell_call_output" && item.call_id == null ? { call_id: id, id: null } : {};
  return { ...fields, id: id ?? null, ...named, ...(status == null ? {} : { status }) };
}

/** The item as it is when it is added. */
export function openingOfVendorItem(item: VendorItem): VendorItem {
  const { opening, kept }: Shape = SHAPES[item.type];
  const status = item.status === undefined ? {} : { status: "in_progress" };
  if (opening === null) return { ...item, ...status };
  const known = Object.entries(item).filter(([key]) => kept.includes(key));
  return { type: item.type, id: item.id, ...status, ...Object.fromEntries(known), ...opening };
}

/** The events between the beginning and the end of a finished item. */
export function eventsOfVendorItem(item: VendorItem, outputIndex: number): VendorItemEvent[] {
  const { before, after, streamed }: Shape = SHAPES[item.type];
  const place = { item_id: item.id, output_index: outputIndex };
  const event = (name: string, fields: object = {}) => ({
    type: `response.${name}` as VendorEventType,
    ...place,
    ...fields,
  });
  const said = streamed ? textIn(item, streamed.field) : "";
  return [
    ...before.map((step) => event(`${item.type}.${step}`)),
    ...(streamed && said !== "" ? [event(`${streamed.event}.delta`, { delta: said })] : []),
    ...(streamed ? [event(`${streamed.event}.done`, { [streamed.field]: said })] : []),
    ...commandsIn(item).flatMap((command, command_index) => [
      event("shell_call_command.added", { command_index, command: "" }),
      ...(command === "" ? [] : [event("shell_call_command.delta", { command_index, delta: command })]),
      event("shell_call_command.done", { command_index, command }),
    ]),
    ...after.flatMap((step) => stepsOf(item, step)).map((step) => event(`${item.type}.${step}`)),
  ];
}

/** How a finished item ended is its last event; the other steps it has gone through in any case. */
function stepsOf(item: VendorItem, step: string): string[] {
  if (step !== "completed" || item.status === undefined || item.status === "completed") return [step];
  return item.status === "failed" && item.type === "mcp_call" ? ["failed"] : [];
}

function textIn(item: VendorItem, field: string): string {
  return text(Object.entries(item).find(([key]) => key === field)?.[1]);
}

function commandsIn(item: VendorItem): string[] {
  if (item.type !== "shell_call" || !("action" in item)) return [];
  return list(record(item.action).commands).map(text);
}
