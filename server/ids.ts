import { randomFillSync } from "node:crypto";
import { clock } from "#server/clock";

/** Prefixes of public ids, as OpenAI spells them where it has the object. */
const PREFIX = {
  response: "resp_",
  chatCompletion: "chatcmpl-",
  message: "msg_",
  functionCall: "fc_",
  functionCallOutput: "fco_",
  reasoning: "rs_",
  customToolCall: "ctc_",
  customToolCallOutput: "ctco_",
  compaction: "cmp_",
  fileSearchCall: "fs_",
  item: "item_",
  call: "call_",
  container: "cntr_",
  containerFile: "cfile_",
  containerBlob: "cblob_",
  pythonSession: "py_",
  file: "file-",
  vectorStore: "vs_",
  vectorStoreFileBatch: "vsfb_",
  retrievalTestSet: "rts_",
  retrievalTestQuery: "rtq_",
  retrievalTestRun: "rtr_",
  urlImport: "ui_",
  upload: "upload_",
  uploadPart: "part_",
  conversation: "conv_",
  prompt: "pmpt_",
  team: "team_",
  user: "user_",
  session: "sess_",
  invitation: "inv_",
  apiKey: "key_",
  connection: "pc_",
  modelRoute: "mr_",
  savedTool: "tool_",
  tool_call: "tc_",
  oauthGrant: "og_",
  webhookEndpoint: "whe_",
  webhookDelivery: "whd_",
  webhookEvent: "evt_",
  chunk: "chunk_",
  audit: "audit_",
  // Items of tools that a model's vendor runs, by their types.
  web_search_call: "ws_",
  code_interpreter_call: "ci_",
  image_generation_call: "ig_",
  mcp_list_tools: "mcpl_",
  mcp_call: "mcp_",
  mcp_approval_request: "mcpr_",
  mcp_approval_response: "mcpa_",
  computer_call: "cu_",
  computer_call_output: "cuo_",
  local_shell_call: "lsh_",
  local_shell_call_output: "lsho_",
  shell_call: "sh_",
  shell_call_output: "sho_",
  apply_patch_call: "apc_",
  apply_patch_call_output: "apco_",
  tool_search_call: "tsc_",
  tool_search_output: "tso_",
  additional_tools: "at_",
  program: "cm_",
  program_output: "cmo_",
} as const;

export type IdKind = keyof typeof PREFIX;

/** Random bytes are asked for 8 KiB at a time: a call for each id costs more than all the rest of it. */
const pool = Buffer.alloc(8_192);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString("hex", used - bytes, used);
}

/** A clock that was set back further than this is believed. */
const BACKWARDS_MS = 10_000;
let lastMs = 0;
let sequence = 0;

/**
 * 32 hex digits of a UUIDv7: sorts by time of making, within a millisecond by order of making in this process.
 * 48 bits of time, 26 of a sequence that starts at random each millisecond, 48 random. Source: RFC 9562, 5.7 and 6.2.
 */
export function timeOrderedHex(): string {
  const now = clock().now();
  if (now > lastMs || now < lastMs - BACKWARDS_MS) {
    lastMs = Math.floor(now);
    sequence = Number.parseInt(randomHex(4), 16) & 0x1ffffff;
  } else sequence += 1;
  const time = lastMs.toString(16).padStart(12, "0");
  const high = (0x7000 | ((sequence >>> 14) & 0xfff)).toString(16);
  const low = (0x8000 | (sequence & 0x3fff)).toString(16);
  return time + high + low + randomHex(6);
}

/** A new public id: prefix + UUIDv7 in hex, so ids of one kind sort by creation time. */
export function newId(kind: IdKind): string {
  return PREFIX[kind] + timeOrderedHex();
}

/** A trace id: 32 hex digits, valid as an OpenTelemetry trace id, sorting by time. */
export function newTraceId(): string {
  return timeOrderedHex();
}

/** The smallest public id of a moment. */
export function idFloorOf(kind: IdKind, epochMs: number): string {
  return PREFIX[kind] + hexFloorOf(epochMs);
}

/** The smallest time-ordered hex id of a moment: a bound for keyset paging and partitions. */
export function hexFloorOf(epochMs: number): string {
  return `${Math.max(0, Math.floor(epochMs)).toString(16).padStart(12, "0")}${"0".repeat(20)}`;
}
