import { describe, expect, it } from "vitest";
import { secretsFor } from "#server/services/tools/open-api/assign-secrets";
import type { OpenApiDocument } from "#server/services/tools/open-api/read-document";
import { originsOf, readOperations } from "#server/services/tools/open-api/read-operations";
import { readSecurity } from "#server/services/tools/open-api/read-security";

const GIVEN = {
  headers: { authorization: "Bearer token", "x-api-key": "key", cookie: "sid=session; csrf=other" },
  query: { appid: "id" },
};
const SCHEMES = {
  token: { type: "http", scheme: "bearer" },
  login: { type: "http", scheme: "basic" },
  key: { type: "apiKey", in: "header", name: "X-API-Key" },
  app: { type: "apiKey", in: "query", name: "appid" },
  session: { type: "apiKey", in: "cookie", name: "sid" },
};

/** What the one operation of a document would be given of all secrets. */
function given(operation: object, more: object = {}, from: { url?: string; baseUrl?: string } = {}) {
  const root = {
    ...{ openapi: "3.1.0", servers: [{ url: "https://api.example.com/v1" }] },
    ...{ paths: { "/a": { get: operation } }, components: { securitySchemes: SCHEMES }, ...more },
  };
  const document: OpenApiDocument = { root, url: from.url ?? null };
  const [found] = readOperations(document, from.baseUrl ?? null);
  if (!found) throw new Error("no operation");
  const rules = { asked: readSecurity(document), origins: originsOf(document, from.baseUrl ?? null) };
  const { headers, query } = secretsFor(found, GIVEN, rules);
  return { ...headers, ...query };
}

const ofToken = { authorization: "Bearer token" };

describe("an operation is given", () => {
  it.each<[string, [operation: object, document?: object], object]>([
    ["nothing without security", [{}], {}],
    ["what its security names", [{ security: [{ token: [] }] }], ofToken],
    [
      "what any of its alternatives names",
      [{ security: [{ key: [] }, { app: [] }] }],
      { "x-api-key": "key", appid: "id" },
    ],
    ["what the document's security names", [{}, { security: [{ key: [] }] }], { "x-api-key": "key" }],
    ["nothing where it takes that back", [{ security: [] }, { security: [{ key: [] }] }], {}],
    ["nothing of an unknown scheme", [{ security: [{ other: [] }] }], {}],
    ["no token where it takes a password", [{ security: [{ login: [] }] }], {}],
    ["its own cookie alone", [{ security: [{ session: [] }] }], { cookie: "sid=session" }],
    ["nothing at another server", [{ security: [{ token: [] }], servers: [{ url: "https://evil.example" }] }], {}],
    [
      "what it asks for at any of the document's servers",
      [
        { security: [{ token: [] }], servers: [{ url: "https://b.example/x" }] },
        { servers: [{ url: "https://a.example" }, { url: "https://b.example" }] },
      ],
      ofToken,
    ],
  ])("%s", (_, [operation, more], expected) => {
    expect(given(operation, more)).toEqual(expected);
  });

  it("its secrets at the address that stands in the place of the servers, or where the document comes from", () => {
    const operation = { security: [{ token: [] }] };
    expect(given(operation, {}, { baseUrl: "https://mine.example/v1" })).toEqual(ofToken);
    expect(given(operation, { servers: undefined }, { url: "https://docs.example/openapi.json" })).toEqual(ofToken);
    expect(given(operation, { servers: [{ url: "/v2" }] }, { url: "https://docs.example/openapi.json" })).toEqual(
      ofToken,
    );
  });

  it("a token of no known form where no other scheme shares its header", () => {
    expect(given({ security: [{ token: [] }] }, { components: { securitySchemes: { token: SCHEMES.token } } })).toEqual(
      ofToken,
    );
  });
});
