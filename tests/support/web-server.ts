import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface WebRequest {
  method: string;
  /** With its query. */
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A text as HTML, an object as JSON; or what answers by itself. */
export type WebAnswer =
  | { status?: number; headers?: Record<string, string>; body?: string | Buffer | object }
  | ((response: ServerResponse) => void);

export interface WebServer {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  requests: WebRequest[];
  close(): Promise<void>;
}

/** Starts a web server on a free port. A page that is not there is a 404. */
export async function startWebServer(answer: (request: WebRequest) => WebAnswer | undefined): Promise<WebServer> {
  const requests: WebRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = {
      method: incoming.method ?? "",
      url: new URL(incoming.url ?? "", origin),
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    requests.push(request);
    write(outgoing, answer(request) ?? { status: 404, body: "Not found" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function write(outgoing: ServerResponse, answer: WebAnswer): void {
  if (typeof answer === "function") {
    answer(outgoing);
    return;
  }
  const { status = 200, headers = {}, body = "" } = answer;
  const isJson = typeof body === "object" && !Buffer.isBuffer(body);
  const type = isJson ? "application/json" : "text/html; charset=utf-8";
  outgoing.writeHead(status, { "content-type": type, ...headers });
  outgoing.end(isJson ? JSON.stringify(body) : body);
}
