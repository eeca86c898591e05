import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { Item } from "#server/protocol/items";
import { buildOpenApi } from "#server/protocol/openapi";
import { CreateResponseBody, parseCreateResponse } from "#server/protocol/request";
import { openResponse, type ResponseResource } from "#server/protocol/response";
import { type ItemSchema, listSchema, ResponseSchema } from "#server/protocol/response-schemas";

test("the schemas that describe answers have the keys of the types", () => {
  expectTypeOf<keyof z.infer<typeof ResponseSchema>>().toEqualTypeOf<keyof ResponseResource>();
  expectTypeOf<z.infer<typeof ItemSchema>["type"]>().toEqualTypeOf<Item["type"]>();
  const request = parseCreateResponse({ input: "hi" });
  const bare = openResponse({ id: "resp_1", createdAt: 1, model: "m", request });
  expect(ResponseSchema.parse(bare)).toEqual(bare);
});

test("the document names each route with its parameters, schemas and scope", () => {
  const document = JSON.parse(
    JSON.stringify(
      buildOpenApi({
        version: "1",
        operations: [
          {
            method: "POST",
            path: "/v1/responses",
            summary: "Create a response",
            scope: "responses.write",
            body: CreateResponseBody,
            answer: ResponseSchema,
            streams: true,
          },
          { method: "GET", path: "/v1/models/:model{.+}", summary: "Get a model", scope: null },
          {
            method: "GET",
            path: "/v1/responses/:id/items",
            summary: "List",
            scope: "responses.read",
            answer: listSchema(ResponseSchema),
          },
        ],
      }),
    ),
  );
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toEqual(["/v1/responses", "/v1/models/{model}", "/v1/responses/{id}/items"]);
  const create = document.paths["/v1/responses"].post;
  expect(create).toMatchObject({
    operationId: "post_responses",
    security: [{ bearer: [] }],
    requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/CreateResponseBody" } } } },
  });
  expect(Object.keys(create.responses["200"].content)).toEqual(["application/json", "text/event-stream"]);
  expect(document.paths["/v1/models/{model}"].get.parameters).toMatchObject([{ in: "path", name: "model" }]);

  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: "doc", components: document.components });
  const isRequest = ajv.compile({ $ref: "doc#/components/schemas/CreateResponseBody" });
  expect(isRequest({ input: "hi", temperature: 1 })).toBe(true);
  expect(isRequest({ input: "hi", temperature: 3 })).toBe(false);
});
