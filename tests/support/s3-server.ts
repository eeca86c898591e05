import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import S3rver from "s3rver";
import { expectedSignature } from "#tests/support/aws-signature";

/** The only account that s3rver knows. */
export const S3_ACCOUNT = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
export const S3_BUCKET = "blobs";
const REGION = "us-east-1";

/** What a test sees a request as, and may do in the server's place. */
export interface S3Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

export interface S3Server {
  endpoint: string;
  /** Where it keeps what it is given. */
  directory: string;
  /** Method and path with query of every request so far. */
  requests: string[];
  /** The environment of a Rejoinder that uses it. */
  environment: Record<"S3_ENDPOINT" | "S3_BUCKET" | "S3_ACCESS_KEY_ID" | "S3_SECRET_ACCESS_KEY", string>;
  /** Names of objects and of unfinished uploads in the bucket. */
  held(): Promise<{ objects: string[]; uploads: string[] }>;
  /** Called before each request is served; true when it has been answered (or cut off). */
  intercept(handler: (exchange: S3Exchange) => boolean): void;
  stop(): Promise<void>;
}

/**
 * s3rver with an empty bucket, behind what it lacks: Signature Version 4 and the hash of the body are checked, and
 * unfinished uploads can be listed and aborted.
 */
export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), "rejoinder-s3-"));
  const s3rver = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [{ name: S3_BUCKET, configs: [] }],
  });
  const { port } = await s3rver.run();
  const requests: string[] = [];
  let intercept: (exchange: S3Exchange) => boolean = () => false;
  const uploads = uploadsIn(directory);
  const server = createServer((incoming, response) => {
    requests.push(`${incoming.method} ${incoming.url}`);
    if (intercept({ request: incoming, response })) return;
    serve({ request: incoming, response }, { port, uploads }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    directory,
    requests,
    environment: {
      S3_ENDPOINT: endpoint,
      S3_BUCKET,
      S3_ACCESS_KEY_ID: S3_ACCOUNT.accessKeyId,
      S3_SECRET_ACCESS_KEY: S3_ACCOUNT.secretAccessKey,
    },
    held: () => heldIn(directory),
    intercept: (handler) => {
      intercept = handler;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await s3rver.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function uploadsIn(directory: string): string {
  return join(directory, S3_BUCKET, "._S3rver_uploads");
}

/** Names of the objects, and of those whose uploads are unfinished, in the bucket that a server keeps in `directory`. */
export async function heldIn(directory: string): Promise<{ objects: string[]; uploads: string[] }> {
  const names = await readdir(join(directory, S3_BUCKET), { recursive: true });
  const suffix = "._S3rver_object";
  const objects = names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  return { objects, uploads: (await unfinished(uploadsIn(directory))).map(({ key }) => key) };
}

async function serve(exchange: S3Exchange, { port, uploads }: { port: number; uploads: string }): Promise<void> {
  const { request: incoming, response } = exchange;
  const { method = "", url = "", headers } = incoming;
  const secrets = { secretAccessKey: S3_ACCOUNT.secretAccessKey, region: REGION, service: "s3" } as const;
  const expected = expectedSignature({ method, path: url, headers, rawBody: "" }, secrets);
  if (headers.authorization !== expected && headers.authorization?.includes(`Credential=${S3_ACCOUNT.accessKeyId}/`)) {
    return refuse(response, 403, "SignatureDoesNotMatch");
  }
  const { pathname, searchParams } = new URL(url, "http://s3");
  const uploadId = searchParams.get("uploadId");
  if (method === "GET" && searchParams.has("uploads")) {
    return list(
      response,
      (await unfinished(uploads)).filter(({ key }) => key.startsWith(searchParams.get("prefix") ?? "")),
    );
  }
  if (method === "DELETE" && uploadId !== null) {
    await rm(join(uploads, uploadId), { recursive: true });
    response.writeHead(204).end();
    return;
  }
  if (pathname.split("/")[1] === "") return refuse(response, 400, "InvalidBucketName");
  await forward(exchange, port);
}

/** Passes a request on as it comes, and cuts it off when its body is not the one that was signed. */
async function forward({ request: incoming, response }: S3Exchange, port: number): Promise<void> {
  const hash = createHash("sha256");
  const signed = incoming.headers["x-amz-content-sha256"];
  const check = new Transform({
    transform: (chunk, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
    flush: (done) => done(hash.digest("hex") === signed ? null : new Error("the body is not the one that was signed")),
  });
  const { method, url, headers } = incoming;
  const upstream = request({ host: "127.0.0.1", port, method, path: url, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once("response", resolve);
    upstream.once("error", reject);
  });
  const [answer] = await Promise.all([answered, pipeline(incoming, check, upstream)]);
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  await pipeline(answer, response);
}

async function unfinished(folder: string): Promise<{ id: string; key: string }[]> {
  const ids = await readdir(folder).catch(() => []);
  return Promise.all(ids.map(async (id) => ({ id, key: await readFile(join(folder, id, "key"), "utf8") })));
}

function list(response: ServerResponse, uploads: { id: string; key: string }[]): void {
  const entries = uploads.map(({ id, key }) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`).join("");
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(`<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${entries}</ListMultipartUploadsResult>`);
}

/** Answers with one of S3's errors. */
export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
