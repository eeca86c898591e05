import { beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { type OpenApiDocument, readOpenApi } from "#server/services/tools/open-api/read-document";
import { readOperations } from "#server/services/tools/open-api/read-operations";
import { readSecurity } from "#server/services/tools/open-api/read-security";

beforeEach(() => setConfig(parseConfig({ LOG_LEVEL: "silent" })));

const { signal } = new AbortController();

function documentOf(paths: object, more: object = {}): OpenApiDocument {
  const servers = [{ url: "https://api.example.com/v1" }];
  return { root: { openapi: "3.1.0", servers, paths, ...more }, url: null };
}

/** The one operation of a document. */
function one(operation: object, more: object = {}, path = "/things/{id}") {
  const [found] = readOperations(documentOf({ [path]: { post: operation } }, more), null);
  if (!found) throw new Error("no operation");
  return found;
}

const YAML = `
openapi: 3.0.3
info: { title: Pets, version: 2024-01-01 }
servers:
  - url: https://{region}.example.com/v1/
    variables: { region: { default: eu } }
paths:
  /pets/{petId}:
    parameters:
      - $ref: '#/components/parameters/PetId'
    get:
      operationId: pets.get
      summary: Reads a pet
      parameters:
        - { name: fields, in: query, schema: { type: array, items: { type: string } }, explode: false }
        - { name: X-Trace, in: header, description: For support, schema: { type: string, nullable: true } }
    put:
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Pet' }
components:
  parameters:
    PetId: { name: petId, in: path, required: true, schema: { type: integer } }
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, example: Rex }
        friends: { type: array, items: { $ref: '#/components/schemas/Pet' } }
`;

describe("a document", () => {
  it("becomes functions, its references written out", async () => {
    const operations = readOperations(await readOpenApi({ document: YAML }, signal), null);
    expect(operations.map(({ key, name, problem }) => ({ key, name, problem }))).toEqual([
      { key: "GET /pets/{petId}", name: "pets_get", problem: null },
      { key: "PUT /pets/{petId}", name: "put_pets_petId", problem: null },
    ]);
    expect(operations[0]).toMatchObject({
      description: "Reads a pet",
      settings: {
        url: "https://eu.example.com/v1/pets/{petId}",
        query: { fields: "{fields|csv}" },
        headers: { "X-Trace": "{X-Trace}" },
        body: null,
        parameters: {
          type: "object",
          properties: {
            petId: { type: "integer" },
            fields: { type: "array", items: { type: "string" } },
            "X-Trace": { type: ["string", "null"], description: "For support" },
          },
          required: ["petId"],
        },
      },
    });
    const pet = {
      ...{ type: "object", required: ["name"] },
      properties: {
        name: { type: "string" },
        friends: { type: "array", items: { description: "The same again, nested." } },
      },
    };
    expect(operations[1]?.settings).toMatchObject({
      body: { type: "json", template: "{body}" },
      parameters: { properties: { petId: { type: "integer" }, body: pet }, required: ["petId", "body"] },
    });
  });

  it("is the same as JSON, and finds its server by where it came from", async () => {
    const document = JSON.stringify({ openapi: "3.1.0", servers: [{ url: "/v2" }], paths: { "/a": { get: {} } } });
    const read = await readOpenApi({ document }, signal);
    const from = { ...read, url: "https://docs.example.com/api/openapi.json" };
    expect(readOperations(from, null)[0]?.settings?.url).toBe("https://docs.example.com/v2/a");
    expect(readOperations(read, null)[0]).toMatchObject({
      settings: null,
      problem: expect.stringContaining("names no server"),
    });
    expect(readOperations(read, "http://localhost:1/x/")[0]?.settings?.url).toBe("http://localhost:1/x/a");
  });

  it.each([
    ["{", "no valid JSON"],
    ["a: [", "neither JSON nor YAML"],
    ["[1]", "not an object"],
    ['{"swagger": "2.0"}', "Swagger 2.0"],
    ['{"openapi": "4.0"}', "no OpenAPI 3"],
  ])("is refused as %j", async (document, message) => {
    await expect(readOpenApi({ document }, signal)).rejects.toThrow(message);
  });

  it("names the secrets that it asks for", () => {
    const securitySchemes = {
      key: { type: "apiKey", in: "query", name: "appid" },
      token: { type: "http", scheme: "bearer" },
      cookie: { type: "apiKey", in: "cookie", name: "c" },
    };
    expect(readSecurity(documentOf({}, { components: { securitySchemes } }))).toEqual([
      { scheme: "key", in: "query", name: "appid", prefix: "", description: null },
      { scheme: "token", in: "header", name: "authorization", prefix: "Bearer ", description: null },
      { scheme: "cookie", in: "header", name: "cookie", prefix: "c=", description: null },
    ]);
  });
});

describe("an operation", () => {
  it("keeps arguments of one name apart", () => {
    const parameters = [
      { name: "id", in: "path", schema: { type: "string" } },
      { name: "id", in: "query", schema: { type: "integer" } },
      { name: "filter[name]", in: "query", schema: { type: "string" } },
    ];
    const content = { "application/json": { schema: { type: "array" } } };
    expect(one({ parameters, requestBody: { content } }).settings).toMatchObject({
      url: "https://api.example.com/v1/things/{id}",
      query: { id: "{id_2}", "filter[name]": "{filter_name_}" },
      parameters: { properties: { id: { type: "string" }, id_2: { type: "integer" }, body: { type: "array" } } },
    });
  });

  it("sends forms and texts", () => {
    const form = { schema: { type: "object", properties: { a: { type: "string" }, b: {} } } };
    expect(one({ requestBody: { content: { "application/x-www-form-urlencoded": form } } }).settings?.body).toEqual({
      type: "form",
      template: { a: "{body.a}", b: "{body.b}" },
    });
    const text = { "text/plain": { schema: { type: "string" } } };
    expect(one({ requestBody: { content: text } }).settings?.body).toEqual({ type: "text", template: "{body}" });
  });

  it.each([
    [{ parameters: [{ name: "c", in: "cookie", required: true }] }, '"c" (cookie) cannot be sent'],
    [{ requestBody: { required: true, content: { "multipart/form-data": {} } } }, "multipart/form-data"],
    [{ parameters: [{ $ref: "https://evil.example/p.json" }] }, "another document"],
    [{ parameters: [{ $ref: "#/components/parameters/None" }] }, "what is not there"],
    [{ parameters: [{ $ref: "#/paths/~1things~1{id}/post/parameters/0" }] }, "round in a circle"],
  ])("that cannot be sent says why: %j", (operation, problem) => {
    expect(one(operation)).toMatchObject({ settings: null, problem: expect.stringContaining(problem) });
  });

  it("leaves out what cannot be sent and need not be", () => {
    expect(one({ parameters: [{ name: "c", in: "cookie" }] }).problem).toBeNull();
  });
});

describe("a bomb", () => {
  const body = (name: string) => {
    return { requestBody: { content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } } } };
  };

  it("of references within references is no tool", () => {
    const schemas: Record<string, object> = { s0: { type: "string" } };
    for (let level = 1; level <= 12; level += 1) {
      const $ref = `#/components/schemas/s${level - 1}`;
      const names = Array.from({ length: 10 }, (_, index) => [`p${index}`, { $ref }]);
      schemas[`s${level}`] = { type: "object", properties: Object.fromEntries(names) };
    }
    expect(one(body("s12"), { components: { schemas } }).problem).toContain("too large");
  });

  it("of many of them refuses the document", () => {
    const $ref = "#/components/schemas/leaf";
    const wide = {
      properties: Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`p${index}`, { $ref }])),
    };
    const components = { schemas: { leaf: { type: "string" }, wide } };
    const paths = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`/a${index}`, { post: body("wide") }]));
    expect(() => readOperations(documentOf(paths, { components }), null)).toThrow("are too large");
  });

  it("of depth is no tool", () => {
    let schema: object = { type: "string" };
    for (let level = 0; level < 200; level += 1) schema = { type: "array", items: schema };
    expect(one(body("deep"), { components: { schemas: { deep: schema } } }).problem).toContain("too deep");
  });

  it("of YAML's aliases, or of size, is refused", async () => {
    const levels = Array.from({ length: 30 }, (_, index) =>
      index === 0 ? "a0: &a0 [x]" : `a${index}: &a${index} [${`*a${index - 1},`.repeat(50)}]`,
    );
    await expect(readOpenApi({ document: levels.join("\n") }, signal)).rejects.toThrow();
    setConfig(parseConfig({ LOG_LEVEL: "silent", OPENAPI_MAX_BYTES: "1000" }));
    await expect(readOpenApi({ document: `{"a": "${"x".repeat(1000)}"}` }, signal)).rejects.toThrow("larger than 1000");
  });
});
