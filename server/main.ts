import { createServer, type IncomingMessage, type RequestListener, Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { createApiApp } from "#server/api/app";
import { openWebSockets, type WebSockets } from "#server/api/websocket/web-sockets";
import { settleForwardedHeaders } from "#server/auth/forwarded-headers";
import { config } from "#server/config";
import { answerHealth } from "#server/health";
import { errorFacts, log } from "#server/log";
import { prepareFirstStart } from "#server/services/setup/first-start";
import { installShutdown } from "#server/shutdown";
import { closeParts, openParts } from "#server/start";
import { collectStartupGarbage } from "#server/startup-garbage";
import { announce } from "#server/welcome";

// config → database → jobs → http; shutdown in reverse.
const development = process.argv.includes("--dev");
const apiOnly = process.argv.includes("--api-only");

interface Pages {
  handle: RequestListener;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

async function openPages(): Promise<Pages> {
  const { default: next } = await import("next");
  // The spare server keeps Next's own upgrade listener off ours; in development its listener is handed the upgrades.
  const spare = new Server();
  const app = next({ dev: development, httpServer: spare });
  await app.prepare();
  return {
    handle: app.getRequestHandler(),
    upgrade: (request, socket, head) => {
      if (!spare.emit("upgrade", request, socket, head)) socket.destroy();
    },
  };
}

const noPages: Pages = {
  handle: (_request, response) => {
    response.writeHead(404, { "content-type": "text/plain" });
    response.end("This process serves /v1 only.\n");
  },
  upgrade: (_request, socket) => socket.destroy(),
};

function isApi(url: string | undefined): boolean {
  return url !== undefined && /^\/v1(?:[/?]|$)/.test(url);
}

/** True for the development server's own WebSocket. */
function isForPages(request: IncomingMessage): boolean {
  return development && request.url?.startsWith("/_next/") === true;
}

async function listen(pages: Pages, webSockets: WebSockets): Promise<Server> {
  const api = getRequestListener(createApiApp().fetch, { overrideGlobalObjects: false });
  const route = (request: IncomingMessage, response: ServerResponse) => {
    if (isApi(request.url)) return void api(request, response);
    if (answerHealth(request, response)) return;
    settleForwardedHeaders(request);
    pages.handle(request, response);
  };
  const server = createServer(
    {
      keepAliveTimeout: 65_000,
      requestTimeout: 0,
      // Any other request that offers an upgrade (Java's client offers h2c with each) is answered as if it did not.
      shouldUpgradeCallback: (request) => webSockets.accepts(request) || isForPages(request),
    },
    route,
  );
  server.on("upgrade", (request, socket, head) => {
    if (webSockets.accepts(request)) webSockets.upgrade(request, socket, head);
    else pages.upgrade(request, socket, head);
  });
  const { HOST, PORT } = config();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(PORT, HOST, resolve);
  });
  return server;
}

async function main(): Promise<void> {
  config();
  await openParts();
  const firstStart = await prepareFirstStart();
  const pages = apiOnly ? noPages : await openPages();
  const webSockets = openWebSockets();
  if (!development) collectStartupGarbage();
  const server = await listen(pages, webSockets);
  installShutdown({ server, webSockets, closeParts });
  const { port } = server.address() as AddressInfo;
  announce({ port, firstStart });
  log().info({ port, embedded: config().embedded }, "listening");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  log().fatal(errorFacts(error), "could not start");
  process.exit(1);
});
