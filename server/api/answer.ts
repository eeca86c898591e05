import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { ApiRequest } from "#server/api/route";

/** What an answer needs to know of its request. */
export type Answerable = Pick<ApiRequest, "answerHeaders" | "outgoing" | "startedAt">;

/** Headers of every answer: what the edge and the handler set, and the time taken so far. */
export function answerHeadersOf(request: Answerable): Record<string, string> {
  return {
    ...request.answerHeaders,
    "openai-processing-ms": String(Math.round(performance.now() - request.startedAt)),
  };
}

/** Answers with text that is JSON already. Written straight to Node's response where there is one. */
export function answerJsonText(request: Answerable, status: number, text: string): Response {
  const headers = answerHeadersOf(request);
  headers["content-type"] = "application/json";
  if (request.outgoing) return writeWhole(request.outgoing, { status, headers, text });
  return new Response(text, { status, headers });
}

function writeWhole(
  outgoing: ServerResponse,
  answer: { status: number; headers: Record<string, string>; text: string },
): Response {
  if (outgoing.destroyed) return RESPONSE_ALREADY_SENT;
  if (outgoing.headersSent) {
    // An answer that already began cannot become another: the client sees it break off.
    if (!outgoing.writableEnded) outgoing.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  outgoing.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.text) });
  outgoing.end(answer.text);
  return RESPONSE_ALREADY_SENT;
}

/** Answers with `body` as JSON. */
export function answerJson(request: Answerable, body: unknown, status = 200): Response {
  return answerJsonText(request, status, JSON.stringify(body));
}

/** Puts the headers of every answer on a Response that a handler made itself. */
export function finishAnswer(request: Answerable, response: Response): Response {
  if (response === RESPONSE_ALREADY_SENT) return response;
  for (const [name, value] of Object.entries(answerHeadersOf(request))) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
