import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ModelWire } from "#server/providers/capabilities";
import type { Connection, Wire } from "#server/providers/provider";
import { encodeFrame, encodeFrames, type StreamFrame, splitFrames } from "#tests/support/event-stream";
import { testConnection } from "#tests/support/model-request";
import type { UpstreamExchange, UpstreamScript } from "#tests/support/scripted-upstream";
import { serviceAccount } from "#tests/support/service-account";

/** One vendor's wire: where its recordings lie, and its own way to refuse. */
export interface VendorWire {
  name: string;
  /** Its row of the capability table. */
  key: ModelWire;
  kind: string;
  /** Which of its two APIs a server that speaks OpenAI's is asked by. */
  wire?: Wire;
  modelId: string;
  /** What a connection carries that other vendors' do not. */
  connection?: () => Partial<Connection>;
  /** Its streams end with `[DONE]`. */
  endMark?: true;
  /** Messages of AWS's event stream; absent: server-sent events. */
  binary?: true;
  /** Its package takes no answer without usage, which its API always has. */
  alwaysUsage?: true;
  fixture(name: string): Buffer;
  /** The ids of the two calls in `parallel-tools`, where the vendor has ids of its own form. */
  callIds?: readonly [string, string];
  tooLong: { status: number; body: unknown };
  streamError: string | Buffer;
}

function read(folder: string, file: string): Buffer {
  return readFileSync(resolve(import.meta.dirname, "../../server/providers", folder, "__fixtures__", file));
}

function readFrames(name: string): Buffer {
  const frames: StreamFrame[] = JSON.parse(read("ai-sdk", `bedrock-${name}.json`).toString());
  return encodeFrames(frames);
}

const anthropicTooLong = {
  status: 400,
  body: {
    type: "error",
    error: { type: "invalid_request_error", message: "prompt is too long: 210000 tokens > 200000 maximum" },
  },
};
const anthropicStreamError =
  'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
const googleTooLong = {
  status: 400,
  body: {
    error: {
      code: 400,
      message: "The input token count (2000000) exceeds the maximum number of tokens allowed",
      status: "INVALID_ARGUMENT",
    },
  },
};
const googleStreamError =
  'data: {"error":{"code":503,"message":"The model is overloaded","status":"UNAVAILABLE"}}\r\n\r\n';

/** Every vendor wire that a language-model adapter speaks. */
export const vendorWires: VendorWire[] = [
  {
    name: "OpenAI's Responses API",
    key: "openai-responses",
    kind: "openai-compatible",
    wire: "responses",
    modelId: "gpt-5-mini",
    fixture: (name) => read("openai-responses", `${name}.sse`),
    tooLong: {
      status: 400,
      body: {
        error: {
          message: "Your input exceeds the context window of this model. Please adjust your input and try again.",
          type: "invalid_request_error",
          param: "input",
          code: "context_length_exceeded",
        },
      },
    },
    streamError:
      'event: error\ndata: {"type":"error","code":"server_error","message":"The server is overloaded","param":null}\n\n',
  },
  {
    name: "OpenAI's chat completions",
    key: "openai-chat",
    kind: "openai-compatible",
    wire: "chat",
    endMark: true,
    modelId: "gpt-4.1",
    fixture: (name) => read("openai-compatible", `${name}.sse`),
    tooLong: {
      status: 400,
      body: {
        error: { message: "This model's maximum context length is 8192 tokens.", code: "context_length_exceeded" },
      },
    },
    streamError: 'data: {"error":{"message":"The server is overloaded","code":503}}\n\n',
  },
  {
    name: "Anthropic",
    key: "anthropic",
    kind: "anthropic",
    modelId: "claude-sonnet-4-5",
    fixture: (name) => read("ai-sdk", `anthropic-${name}.sse`),
    alwaysUsage: true,
    tooLong: anthropicTooLong,
    streamError: anthropicStreamError,
  },
  {
    name: "Google",
    key: "google",
    kind: "google",
    modelId: "gemini-2.5-flash",
    fixture: (name) => read("ai-sdk", `google-${name}.sse`),
    tooLong: googleTooLong,
    streamError: googleStreamError,
  },
  {
    name: "Google Vertex AI",
    key: "vertex",
    kind: "vertex",
    modelId: "gemini-2.5-flash",
    connection: () => ({ apiKey: serviceAccount(), settings: { location: "europe-west1" } }),
    fixture: (name) => read("ai-sdk", `google-${name}.sse`),
    tooLong: googleTooLong,
    streamError: googleStreamError,
  },
  {
    name: "Claude on Vertex AI",
    key: "vertex-claude",
    kind: "vertex",
    modelId: "claude-sonnet-4-5@20250929",
    connection: () => ({ apiKey: serviceAccount() }),
    fixture: (name) => read("ai-sdk", `anthropic-${name}.sse`),
    alwaysUsage: true,
    tooLong: anthropicTooLong,
    streamError: anthropicStreamError,
  },
  {
    name: "Amazon Bedrock",
    key: "bedrock",
    kind: "bedrock",
    modelId: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    connection: () => ({ settings: { region: "us-east-1" } }),
    binary: true,
    fixture: readFrames,
    tooLong: { status: 400, body: { message: "Input is too long for requested model." } },
    streamError: encodeFrames([
      { exception: "serviceUnavailableException", data: { message: "The model is overloaded. Try again." } },
    ]),
  },
  {
    name: "Mistral",
    key: "mistral",
    kind: "mistral",
    endMark: true,
    modelId: "mistral-large-2512",
    fixture: (name) => read("ai-sdk", `mistral-${name}.sse`),
    callIds: ["D681PevKs", "mWvnKjsb7"],
    tooLong: {
      status: 400,
      body: {
        object: "error",
        message:
          "Prompt contains 300000 tokens and 0 draft tokens, too large for model with 262144 maximum context length",
        type: "invalid_request_invalid_args",
        param: null,
        code: "3051",
      },
    },
    streamError:
      'data: {"object":"error","message":"The server is overloaded","type":"service_unavailable","param":null,"code":"3505"}\n\n',
  },
  {
    name: "Cohere",
    key: "cohere",
    kind: "cohere",
    modelId: "command-a-03-2025",
    fixture: (name) => read("ai-sdk", `cohere-${name}.sse`),
    callIds: ["get_weather_nsz5zm3w56q3", "get_time_1byjy32y4hvq"],
    tooLong: {
      status: 400,
      body: {
        id: "8d4c3f5e-7c5c-4f0e-9a55-0a4c8a9bd001",
        message:
          "too many tokens: total number of tokens in the prompt cannot exceed 256000 - received 300000. Try using a shorter prompt.",
      },
    },
    streamError:
      'event: message-end\ndata: {"type":"message-end","delta":{"error":"The server is overloaded","finish_reason":"ERROR","usage":{"tokens":{"input_tokens":16,"output_tokens":1}}}}\n\n',
  },
];

/** Ends a stream in the vendor's way. */
export function endStream(wire: VendorWire, exchange: UpstreamExchange): void {
  if (wire.endMark) exchange.done();
  else exchange.end();
}

/** The wire of a row of the capability table. */
export function vendorWire(key: ModelWire): VendorWire {
  const wire = vendorWires.find((each) => each.key === key);
  if (!wire) throw new Error(`There is no wire ${key}.`);
  return wire;
}

/** Plays a recording of the vendor's, whole. */
export function playing(wire: VendorWire, name: string): UpstreamScript {
  return (exchange) => {
    exchange.sendRaw(wire.fixture(name));
    endStream(wire, exchange);
  };
}

/** A connection to the vendor, at an address of its own. */
export function connectionTo(wire: VendorWire, baseUrl: string): Connection {
  return testConnection({ kind: wire.kind, baseUrl, ...(wire.wire && { wire: wire.wire }), ...wire.connection?.() });
}

/** The beginning of the vendor's text recording: whole events up to "Hello, ". */
export function beginningOf(wire: VendorWire): Buffer {
  const recording = wire.fixture("text");
  if (wire.binary) {
    const frames = splitFrames(recording);
    return Buffer.concat(
      frames.slice(
        0,
        frames.findIndex((frame) => frame.includes("w\u00f6rld")),
      ),
    );
  }
  const text = recording.toString();
  return Buffer.from(text.slice(0, text.indexOf("w\u00f6rld")).replace(/(event: [^\n]*\n)?[^\n]*$/, ""));
}

/** The vendor's text recording without its counts of tokens. */
export function withoutUsage(wire: VendorWire): Buffer {
  const recording = wire.fixture("text");
  return wire.binary
    ? Buffer.concat(splitFrames(recording).filter((frame) => !frame.includes('"usage"')))
    : Buffer.from(recording.toString().replace(/"(usage|usageMetadata)":/g, '"x_$1":'));
}

/** Whole events of the vendor's framing that hold no JSON. */
export function eventsWithoutJson(wire: VendorWire): Buffer {
  const events = wire.binary
    ? encodeFrame({ event: "contentBlockDelta" }, '{"half": ')
    : 'data: {"half": \n\ndata: <html>\n\n';
  return Buffer.from(events);
}

/** About `bytes` bytes of the vendor's framing that say nothing. */
export function emptyTalk(wire: VendorWire, bytes: number): Buffer {
  return Buffer.from(
    wire.binary
      ? encodeFrame({ event: "ping" }, JSON.stringify({ p: "x".repeat(bytes) }))
      : `: ${"x".repeat(bytes)}\n\n`,
  );
}

/** Refuses a request in the shape that most vendors share. */
export function refusing(status: number, message: string, headers: Record<string, string> = {}): UpstreamScript {
  return (exchange) => exchange.json(status, { error: { message, type: "error", code: status } }, headers);
}
