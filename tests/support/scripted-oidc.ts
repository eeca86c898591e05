import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface OidcPerson {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

export interface ScriptedOidc {
  issuer: string;
  /** Lets the person consent at an authorization URL; returns the query that the browser brings back. */
  consent(authorizationUrl: string, person: OidcPerson): URLSearchParams;
  close(): Promise<void>;
}

interface Grant {
  person: OidcPerson;
  nonce: string | null;
  codeChallenge: string | null;
}

const CLIENT = { id: "rejoinder", secret: "client-secret" };

/** An OpenID Connect provider on a free port: discovery, keys and the token endpoint, with PKCE and nonce checked. */
export async function startScriptedOidc(): Promise<ScriptedOidc & { clientId: string; clientSecret: string }> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  let issuer = "";

  const answers: Record<string, (request: IncomingMessage) => Promise<[number, unknown]>> = {
    "/.well-known/openid-configuration": async () => [200, discovery(issuer)],
    "/keys": async () => [
      200,
      { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k1", use: "sig", alg: "RS256" }] },
    ],
    "/token": async (request) => {
      const form = new URLSearchParams(await readBody(request));
      const grant = grants.get(form.get("code") ?? "");
      const proof = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      if (!grant || grant.codeChallenge !== proof) return [400, { error: "invalid_grant" }];
      grants.delete(form.get("code") ?? "");
      const idToken = signToken(privateKey, { ...claims(issuer), ...grant.person, nonce: grant.nonce });
      return [200, { access_token: "access", token_type: "Bearer", expires_in: 60, id_token: idToken }];
    },
  };
  const server = createServer(async (request, response) => {
    const answer = answers[new URL(request.url ?? "/", "http://x").pathname];
    const [status, body] = answer ? await answer(request) : [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    consent(authorizationUrl, person) {
      const { searchParams } = new URL(authorizationUrl);
      const code = randomBytes(8).toString("hex");
      grants.set(code, { person, nonce: searchParams.get("nonce"), codeChallenge: searchParams.get("code_challenge") });
      return new URLSearchParams({ code, state: searchParams.get("state") ?? "" });
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function discovery(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };
}

function claims(issuer: string) {
  const iat = Math.floor(Date.now() / 1000);
  return { iss: issuer, aud: CLIENT.id, iat, exp: iat + 60 };
}

function signToken(key: KeyObject, payload: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode({ alg: "RS256", typ: "JWT", kid: "k1" })}.${encode(payload)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key).toString("base64url")}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
