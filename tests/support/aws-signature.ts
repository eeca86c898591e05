import { createHash, createHmac } from "node:crypto";
import type { UpstreamExchange } from "#tests/support/scripted-upstream";

const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const keyed = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

function encodeOnce(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(search: string): string {
  const pairs = search === "" ? [] : search.split("&");
  return pairs
    .map((pair) => (pair.includes("=") ? pair : `${pair}=`))
    .sort()
    .join("&");
}

/**
 * The `authorization` header that a request must carry under Signature Version 4, worked out again from what was
 * received. Source: AWS's "Create a signed API request".
 */
export function expectedSignature(
  { method, path, headers, rawBody }: Pick<UpstreamExchange, "method" | "path" | "headers" | "rawBody">,
  {
    secretAccessKey,
    region,
    service = "bedrock",
  }: { secretAccessKey: string; region: string; service?: "bedrock" | "s3" },
): string {
  const authorization = headers.authorization ?? "";
  const signedHeaders = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? "";
  const accessKeyId = /Credential=([^/]+)/.exec(authorization)?.[1] ?? "";
  const [pathname = "", search = ""] = path.split("?");
  const moment = String(headers["x-amz-date"]);
  const date = moment.slice(0, 8);
  const canonical = [
    method,
    // S3 alone takes paths as they stand.
    service === "s3" ? pathname : pathname.split("/").map(encodeOnce).join("/"),
    canonicalQuery(search),
    ...signedHeaders.split(";").map((name) => `${name}:${headers[name]}`),
    "",
    signedHeaders,
    headers["x-amz-content-sha256"] ?? digest(rawBody),
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = [region, service, "aws4_request"].reduce<Buffer>(keyed, keyed(`AWS4${secretAccessKey}`, date));
  const signature = keyed(key, ["AWS4-HMAC-SHA256", moment, scope, digest(canonical)].join("\n")).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}
