import { type IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { answerError } from "#server/api/error-response";
import { publicOrigin } from "#server/api/public-origin";
import { noteRefusal, type TracedRequest } from "#server/api/trace-request";
import { Connection, type Ending } from "#server/api/websocket/connection";
import { type Peer, runTurn, SCOPE, TRACE_NAME, tellError } from "#server/api/websocket/turn";
import { authenticateBearer } from "#server/auth/authenticate-bearer";
import type { Principal } from "#server/auth/principal";
import { requireScope } from "#server/auth/require-scope";
import { config } from "#server/config";
import { AppError } from "#server/errors";
import { newTraceId } from "#server/ids";
import { dialectOf } from "#server/protocol/dialect";
import { openConnectionMemory } from "#server/services/responses/connection-memory";

/** The WebSocket side of `/v1/responses`. */
export interface WebSockets {
  /** True for a request that asks for it. All others are answered as HTTP. */
  accepts(request: IncomingMessage): boolean;
  /** Takes over an accepted request: opens the WebSocket, or answers with an error as HTTP. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Begins no more turns, here or on new connections; each connection closes when its turn is over. */
  retire(): void;
}

const SHUTTING_DOWN: Ending = { code: 1012, reason: "the server is shutting down" };

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}

function originOf(request: IncomingMessage): string {
  const url = `http://${request.headers.host ?? "localhost"}`;
  if (!URL.canParse(url)) throw new AppError("invalid_request", "The Host header is not valid.");
  return publicOrigin({ url });
}

function accepts(request: IncomingMessage): boolean {
  return (
    request.method === "GET" &&
    request.headers.upgrade?.toLowerCase() === "websocket" &&
    request.url?.split("?", 1)[0] === "/v1/responses"
  );
}

/** Answers a request for a WebSocket with an error, as HTTP and in the API's shape. */
function refuse(request: IncomingMessage, socket: Socket, about: { traced: TracedRequest; error: unknown }): void {
  const outgoing = new ServerResponse(request);
  outgoing.shouldKeepAlive = false;
  outgoing.assignSocket(socket);
  outgoing.once("finish", () => socket.destroySoon());
  const { traceId, startedAt } = about.traced;
  const dialect = dialectOf(header(request, "openresponses-version"));
  answerError({ answerHeaders: { "x-request-id": traceId }, outgoing, startedAt }, about.error, dialect);
}

function newRequest(): TracedRequest {
  return { name: TRACE_NAME, traceId: newTraceId(), startedAt: performance.now() };
}

/** Makes the WebSocket side of the API. Its connections end with `retire`. */
export function openWebSockets(): WebSockets {
  const open = new Set<Connection>();
  let retired = false;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: config().MAX_JSON_BODY_BYTES,
  });
  server.on("wsClientError", (error: Error, socket: Duplex, request: IncomingMessage) => {
    if (!(socket instanceof Socket)) return void socket.destroy();
    refuse(request, socket, { traced: newRequest(), error: new AppError("invalid_request", `${error.message}.`) });
  });

  const checkRoom = () => {
    if (retired) throw new AppError("overloaded", "The server is shutting down.", { retryAfterMs: 1000 });
    if (open.size < config().WEBSOCKET_MAX_CONNECTIONS) return;
    throw new AppError("overloaded", `The server is busy: ${open.size} connections are open. Try again shortly.`, {
      retryAfterMs: 1000,
    });
  };

  const connect = (socket: WebSocket, stream: Duplex, peer: Peer) => {
    const connection: Connection = new Connection({
      socket,
      stream,
      runTurn: (turn) => runTurn(peer, turn),
      tell: (error) => tellError(peer.dialect, error),
      onClosed: () => {
        open.delete(connection);
        peer.memory.clear();
      },
    });
    open.add(connection);
  };

  const admit = async (request: IncomingMessage, traced: TracedRequest): Promise<Peer> => {
    const authorization = header(request, "authorization");
    let principal: Principal | null = null;
    try {
      principal = await authenticateBearer(authorization);
      requireScope(principal, SCOPE);
      checkRoom();
      return {
        authorization,
        dialect: dialectOf(header(request, "openresponses-version")),
        baseUrl: originOf(request),
        providerHeader: header(request, "x-model-provider"),
        providerApiKey: header(request, "x-provider-api-key"),
        memory: openConnectionMemory(),
      };
    } catch (error) {
      noteRefusal(traced, { principal, trace: null, error });
      throw error;
    }
  };

  const upgrade = async (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const traced = newRequest();
    const onError = () => socket.destroy();
    socket.on("error", onError);
    try {
      const peer = await admit(request, traced);
      socket.off("error", onError);
      server.handleUpgrade(request, socket, head, (webSocket) => connect(webSocket, socket, peer));
    } catch (error) {
      if (!socket.destroyed) refuse(request, socket, { traced, error });
    }
  };

  return {
    accepts,
    upgrade(request, socket, head) {
      if (socket instanceof Socket) void upgrade(request, socket, head);
      else socket.destroy();
    },
    retire() {
      retired = true;
      for (const connection of [...open]) connection.end(SHUTTING_DOWN);
    },
  };
}
