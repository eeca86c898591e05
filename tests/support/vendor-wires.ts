import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ModelWire } from "#server/providers/capabilities";
import type { Wire } from "#server/providers/provider";
import type { UpstreamScript } from "#tests/support/scripted-upstream";

/** One vendor's wire: where its recordings lie, and its own way to refuse. */
export interface VendorWire {
  name: string;
  /** Its row of the capability table. */
  key: ModelWire;
  kind: string;
  /** Which of its two APIs a server that speaks OpenAI's is asked by. */
  wire?: Wire;
  modelId: string;
  fixture(name: string): string;
  /** The ids of the two calls in `parallel-tools`, where the vendor has ids of its own form. */
  callIds?: readonly [string, string];
  tooLong: { status: number; body: unknown };
  streamError: string;
}

function read(folder: string, file: string): string {
  return readFileSync(resolve(import.meta.dirname, "../../server/providers", folder, "__fixtures__", file), "utf8");
}

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
    tooLong: {
      status: 400,
      body: {
        type: "error",
        error: { type: "invalid_request_error", message: "prompt is too long: 210000 tokens > 200000 maximum" },
      },
    },
    streamError: 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
  },
  {
    name: "Google",
    key: "google",
    kind: "google",
    modelId: "gemini-2.5-flash",
    fixture: (name) => read("ai-sdk", `google-${name}.sse`),
    tooLong: {
      status: 400,
      body: {
        error: {
          code: 400,
          message: "The input token count (2000000) exceeds the maximum number of tokens allowed",
          status: "INVALID_ARGUMENT",
        },
      },
    },
    streamError: 'data: {"error":{"code":503,"message":"The model is overloaded","status":"UNAVAILABLE"}}\r\n\r\n',
  },
  {
    name: "Mistral",
    key: "mistral",
    kind: "mistral",
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

/** Plays a recording of the vendor's, whole. */
export function playing(wire: VendorWire, name: string): UpstreamScript {
  return (exchange) => {
    exchange.sendRaw(wire.fixture(name));
    exchange.done();
  };
}

/** The beginning of the vendor's text recording: whole events up to "Hello, ". */
export function beginningOf(wire: VendorWire): string {
  const text = wire.fixture("text");
  return text.slice(0, text.indexOf("w\u00f6rld")).replace(/(event: [^\n]*\n)?[^\n]*$/, "");
}

/** Refuses a request in the shape that most vendors share. */
export function refusing(status: number, message: string, headers: Record<string, string> = {}): UpstreamScript {
  return (exchange) => exchange.json(status, { error: { message, type: "error", code: status } }, headers);
}
