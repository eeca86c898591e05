import { LRUCache } from "lru-cache";
import { clock, unlessAborted } from "#server/clock";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { chatCapabilities } from "#server/providers/openai-compatible/capabilities";
import { createOpenAiCompatibleProvider } from "#server/providers/openai-compatible/openai-compatible";
import { responsesCapabilities } from "#server/providers/openai-responses/capabilities";
import { lacksResponses, probeResponses } from "#server/providers/openai-responses/probe-wire";
import { isOpenAiHost } from "#server/providers/openai-responses/quirks";
import { createResponsesModel } from "#server/providers/openai-responses/responses-model";
import type {
  Connection,
  LanguageModel,
  ModelEvent,
  ModelQuestion,
  ModelRequest,
  Provider,
  Wire,
} from "#server/providers/provider";
import { lackOf } from "#server/providers/shared/demands";

type KnownWire = Exclude<Wire, "auto">;

interface Finding {
  wire: KnownWire;
  /** On the clock in force. */
  until: number;
}

interface Memory {
  found: LRUCache<string, Finding>;
  /** Probes under way: however many requests wait, one is sent. */
  probes: Map<string, Promise<KnownWire>>;
}

const MAX_CONNECTIONS = 5_000;

const holder = globalThis as typeof globalThis & { rejoinderWires?: Memory };

function memory(): Memory {
  holder.rejoinderWires ??= { found: new LRUCache({ max: MAX_CONNECTIONS }), probes: new Map() };
  return holder.rejoinderWires;
}

function keyOf({ id, baseUrl }: Connection): string {
  return `${id} ${baseUrl}`;
}

function remember(connection: Connection, wire: KnownWire, ms: number): KnownWire {
  memory().found.set(keyOf(connection), { wire, until: clock().now() + ms });
  return wire;
}

/** Which API a connection's server is asked by, as far as that is known without asking it; null when it is not. */
function knownWire(connection: Connection): KnownWire | null {
  if (connection.wire === "responses" || connection.wire === "chat") return connection.wire;
  const found = memory().found.get(keyOf(connection));
  if (found && clock().now() < found.until) return found.wire;
  return isOpenAiHost(URL.parse(connection.baseUrl ?? "")?.host ?? "") ? "responses" : null;
}

async function probe(connection: Connection): Promise<KnownWire> {
  const speaks = await probeResponses(connection);
  const { PROVIDER_WIRE_TTL_SECONDS: sure, PROVIDER_WIRE_DOUBT_SECONDS: unsure } = config();
  return remember(connection, speaks ? "responses" : "chat", speaks === null ? unsure : sure);
}

function findWire(connection: Connection): Promise<KnownWire> {
  const { probes } = memory();
  const key = keyOf(connection);
  let running = probes.get(key);
  if (!running) {
    running = probe(connection).finally(() => probes.delete(key));
    probes.set(key, running);
  }
  return running;
}

async function wireOf(connection: Connection, signal: AbortSignal): Promise<KnownWire> {
  return knownWire(connection) ?? askWire(connection, signal);
}

/** What a probe finds, or the signal's reason if that comes first. */
async function askWire(connection: Connection, signal: AbortSignal): Promise<KnownWire> {
  signal.throwIfAborted();
  return unlessAborted(findWire(connection), signal);
}

/** True for what only chat completions can be asked: stop texts, a seed, biases by token, a prediction, sound. */
function needsChat(question: ModelQuestion): boolean {
  if (question.passed?.prediction === undefined && lackOf(responsesCapabilities, question) === null) return false;
  return lackOf(chatCapabilities, question) === null;
}

/** A model whose server is asked by the Responses API where it speaks that, else by chat completions. */
class OpenAiModel implements LanguageModel {
  readonly modelId: string;
  readonly #connection: Connection;
  readonly #responses: LanguageModel;
  readonly #chat: LanguageModel;

  constructor(connection: Connection, modelId: string, chat: LanguageModel) {
    this.modelId = modelId;
    this.#connection = connection;
    this.#responses = createResponsesModel(connection, modelId);
    this.#chat = chat;
  }

  get tellsSettings(): boolean {
    return knownWire(this.#connection) === "responses";
  }

  async runsTools(signal: AbortSignal): Promise<boolean> {
    return (await wireOf(this.#connection, signal)) === "responses";
  }

  async refusal(question: ModelQuestion, signal: AbortSignal): Promise<AppError | null> {
    // Either API takes it, or chat completions are asked whatever the server's wire.
    if (lackOf(chatCapabilities, question) === null) return null;
    const model = (await wireOf(this.#connection, signal)) === "chat" ? this.#chat : this.#responses;
    return (await model.refusal?.(question, signal)) ?? null;
  }

  async *stream(request: ModelRequest): AsyncGenerator<ModelEvent[], void> {
    if (needsChat(request) || (await wireOf(this.#connection, request.signal)) === "chat") {
      yield* this.#chat.stream(request);
      return;
    }
    try {
      yield* this.#responses.stream(request);
    } catch (error) {
      if (!lacksResponses(error)) throw error;
      // A server that has no such route says so before it says anything else.
      remember(this.#connection, "chat", config().PROVIDER_WIRE_TTL_SECONDS);
      if (request.vendorTools) throw toolsRefused(this.#connection);
      yield* this.#chat.stream(request);
    }
  }
}

function toolsRefused({ name }: Connection): AppError {
  const message = `The provider "${name}" does not speak the Responses API, so it runs no tools of its own.`;
  return new AppError("unknown_tool_type", message, { param: "tools", wireCode: "unsupported_value" });
}

/**
 * Any server that speaks one of OpenAI's two APIs. Which one is found out by at most one request for a connection and
 * process, and remembered; a connection may say it itself.
 */
export function createOpenAiProvider(connection: Connection): Provider {
  const chat = createOpenAiCompatibleProvider(connection);
  return {
    ...chat,
    async findWire(signal) {
      if (connection.wire === undefined || connection.wire === "auto") memory().found.delete(keyOf(connection));
      return wireOf(connection, signal);
    },
    languageModel: (id) => {
      switch (connection.wire) {
        case "responses":
          return createResponsesModel(connection, id);
        case "chat":
          return chat.languageModel(id);
        default:
          return knownWire(connection) === "chat"
            ? chat.languageModel(id)
            : new OpenAiModel(connection, id, chat.languageModel(id));
      }
    },
  };
}
