import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Wire } from "#server/providers/provider";
import type { UpstreamScript } from "#tests/support/scripted-upstream";

/** One vendor's wire: where its recordings lie, and its own way to refuse. */
export interface VendorWire {
  name: string;
  kind: string;
  /** Which of its two APIs a server that speaks OpenAI's is asked by. */
  wire?: Wire;
  modelId: string;
  fixture(name: string): string;
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
