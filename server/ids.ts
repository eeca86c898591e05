import { randomBytes } from "node:crypto";
import { v7 } from "uuid";

/** Prefixes of public ids, as OpenAI spells them where it has the object. */
const PREFIX = {
  response: "resp_",
  message: "msg_",
  functionCall: "fc_",
  functionCallOutput: "fco_",
  reasoning: "rs_",
  fileSearchCall: "fs_",
  item: "item_",
  call: "call_",
  file: "file-",
  vectorStore: "vs_",
  vectorStoreFileBatch: "vsfb_",
  upload: "upload_",
  conversation: "conv_",
  team: "team_",
  user: "user_",
  session: "sess_",
  invitation: "inv_",
  apiKey: "key_",
  connection: "pc_",
  modelRoute: "mr_",
  chunk: "chunk_",
  audit: "audit_",
} as const;

export type IdKind = keyof typeof PREFIX;

/** 32 hex digits of a UUIDv7: sorts by time of making. */
export function timeOrderedHex(): string {
  return v7().replaceAll("-", "");
}

/** A new public id: prefix + UUIDv7 in hex, so ids of one kind sort by creation time. */
export function newId(kind: IdKind): string {
  return PREFIX[kind] + timeOrderedHex();
}

/** A trace id: 32 hex digits, valid as an OpenTelemetry trace id, sorting by time. */
export function newTraceId(): string {
  return timeOrderedHex();
}

/** A span id: 16 hex digits, valid as an OpenTelemetry span id. */
export function newSpanId(): string {
  return randomBytes(8).toString("hex");
}

/** The smallest time-ordered hex id of a moment: a bound for keyset paging and partitions. */
export function hexFloorOf(epochMs: number): string {
  return `${Math.max(0, Math.floor(epochMs)).toString(16).padStart(12, "0")}${"0".repeat(20)}`;
}
