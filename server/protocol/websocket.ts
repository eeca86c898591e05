import { z } from "zod";
import type { Dialect } from "#server/protocol/dialect";
import { type WireError, writeError } from "#server/protocol/error";
import { RequestProblem } from "#server/protocol/problem";
import { validate } from "#server/protocol/validate";

/** What a client asks for with one message of a WebSocket. */
export interface CreateMessage {
  /** The body of the `POST /v1/responses` that it stands for. */
  body: Record<string, unknown>;
  /** False: make a response that can be continued from, without asking the model. */
  generate: boolean;
}

const MAX_STREAM_ID_LENGTH = 256;

const Envelope = z.looseObject({
  type: z.literal("response.create"),
  generate: z.boolean().nullish(),
  stream_id: z.string().min(1).max(MAX_STREAM_ID_LENGTH).nullish(),
});

/** Fields of the HTTP body that have no meaning here. */
const HTTP_ONLY: Record<string, string> = {
  stream: "Responses over a WebSocket are always streamed.",
  stream_options: "Responses over a WebSocket are always streamed, without options.",
  background: "Send background responses to POST /v1/responses.",
};

/**
 * Whether a field may stand in a message all the same. Open Responses forbids all three, whatever their value. OpenAI
 * takes what says no more than what happens anyway, and its own Agents SDK and Codex send `stream: true`.
 */
function isHarmless(dialect: Dialect, field: string, value: unknown): boolean {
  if (dialect === "strict") return false;
  return field === "stream" ? value === true : field === "stream_options" && isObject(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads a client's message (parsed JSON) as a request to create a response. Throws RequestProblem for a message of
 * another kind and for fields that only HTTP has; the body itself is not looked at.
 */
export function parseCreateMessage(message: unknown, dialect: Dialect): CreateMessage {
  if (!isObject(message)) {
    throw new RequestProblem("invalid_type", "A message must be a JSON object with `type` `response.create`.");
  }
  const { type: _, generate, stream_id: __, ...body } = validate(Envelope, message);
  for (const [param, why] of Object.entries(HTTP_ONLY)) {
    if (param in body && !isHarmless(dialect, param, body[param])) {
      throw new RequestProblem("unsupported_parameter", `Unsupported parameter: '${param}'. ${why} Leave it out.`, {
        param,
      });
    }
  }
  if (generate !== false) return { body, generate: true };
  // What is prepared may be tools and instructions alone.
  return { body: { ...body, input: body.input ?? [] }, generate: false };
}

/** The lane a message belongs to, repeated in every message that answers it; null without one. */
export function streamIdOf(message: unknown): string | null {
  const id = isObject(message) ? message.stream_id : null;
  return typeof id === "string" && id !== "" && id.length <= MAX_STREAM_ID_LENGTH ? id : null;
}

/** The response that a message wants to continue from, also in a message that is wrong otherwise; null without one. */
export function continuedFrom(message: unknown): string | null {
  const id = isObject(message) ? message.previous_response_id : null;
  return typeof id === "string" ? id : null;
}

/** How a WebSocket says that a turn failed before it began. */
export interface ErrorEnvelope {
  type: "error";
  /** The status that HTTP would have answered with. */
  status: number;
  error: WireError & {
    code: string;
    /** What HTTP would have said in headers. */
    headers: Record<string, string>;
  };
}

/** The envelope in the dialect's words. */
export function writeErrorEnvelope(dialect: Dialect, { status, error }: Omit<ErrorEnvelope, "type">): ErrorEnvelope {
  return { type: "error", status, error: { ...error, ...writeError(dialect, error), code: error.code } };
}
