import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { tinyModelFiles } from "#tests/support/tiny-model";

/** Where `.ci/test.sh` installs what runs local models. */
export const LOCAL_RUNTIME = "node_modules/.local-models";
/** False where it could not be installed; tests of models that run are then skipped. */
export const hasLocalRuntime = existsSync(LOCAL_RUNTIME);
if (!hasLocalRuntime) process.stderr.write(`no ${LOCAL_RUNTIME}: tests that run local models are skipped\n`);

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

export interface ModelHub {
  endpoint: string;
  /** The environment of a server that uses it. */
  environment: Record<"HF_ENDPOINT" | "LOCAL_MODELS_RUNTIME", string>;
  /** Paths with query of every request so far. */
  requests: string[];
  /** Files of the one model, `acme/tiny`; they may be changed. */
  files: Map<string, Buffer>;
  /** Called before each request is served; true when it has been answered (or cut off). */
  intercept(handler: (request: IncomingMessage, response: ServerResponse) => boolean): void;
  stop(): Promise<void>;
}

/** A server with the answers of Hugging Face's hub, and the tiny model on it. Large files come from another path. */
export async function startModelHub(): Promise<ModelHub> {
  const files = tinyModelFiles();
  const requests: string[] = [];
  let intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://hub");
    requests.push(request.url ?? "");
    if (intercept(request, response)) return;
    if (pathname === "/api/models/acme/tiny/revision/main" && searchParams.get("blobs") === "true") {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(listing(files)));
      return;
    }
    const { 1: from, 2: path = "" } = /^\/(acme\/tiny\/resolve\/[0-9a-f]+|storage)\/(.+)$/.exec(pathname) ?? [];
    const bytes = files.get(path);
    if (bytes === undefined) response.writeHead(404).end('{"error":"Repository not found"}');
    else if (isLarge(path) && from !== "storage") response.writeHead(302, { location: `/storage/${path}` }).end();
    else response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    environment: { HF_ENDPOINT: endpoint, LOCAL_MODELS_RUNTIME: resolve(LOCAL_RUNTIME) },
    requests,
    files,
    intercept: (handler) => {
      intercept = handler;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function isLarge(path: string): boolean {
  return path.endsWith(".onnx") || path.endsWith(".bin");
}

function listing(files: ReadonlyMap<string, Buffer>) {
  const siblings = [...files].map(([rfilename, bytes]) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const lfs = isLarge(rfilename) ? { lfs: { sha256, size: bytes.length, pointerSize: 134 } } : {};
    return { rfilename, size: bytes.length, blobId: sha256.slice(0, 40), ...lfs };
  });
  return { id: "acme/tiny", sha: COMMIT, siblings };
}
