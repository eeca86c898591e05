import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMessageValues } from "#server/providers/builtin/message-values";
import { makeInstance } from "#server/providers/builtin/schema-instance";

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

function make(schema: Record<string, unknown>, message: string, fillOptional = true): unknown {
  const made = makeInstance(schema, readMessageValues(message), { fillOptional });
  const validate = ajv.compile(schema);
  expect(validate(made), JSON.stringify([schema, made, validate.errors])).toBe(true);
  return made;
}

const object = (properties: Record<string, unknown>, required = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

describe("values from the message", () => {
  it.each([
    ["What is the weather in San Francisco?", { city: { type: "string" } }, { city: "San Francisco" }],
    [
      "Fly from Oslo to Rio de Janeiro",
      { origin: { type: "string" }, destination: { type: "string" } },
      { origin: "Oslo", destination: "Rio de Janeiro" },
    ],
    [
      'Send "See you at 5" to Bob',
      { recipient: { type: "string" }, body_text: { type: "string" } },
      { recipient: "Bob", body_text: "See you at 5" },
    ],
    [
      "Set brightness to 70 and delay 3",
      { brightness: { type: "integer", maximum: 100 }, delay: { type: "number" } },
      { brightness: 70, delay: 3 },
    ],
    ["weather in celsius please", { unit: { type: "string", enum: ["fahrenheit", "celsius"] } }, { unit: "celsius" }],
    [
      "user_name: ada, is_admin: yes",
      { user_name: { type: "string" }, is_admin: { type: "boolean" } },
      { user_name: "ada", is_admin: true },
    ],
    [
      "Mail ada@example.com about https://example.com/a?b=1 on 2025-06-07",
      {
        mail: { type: "string", format: "email" },
        link: { type: "string", format: "uri" },
        day: { type: "string", format: "date" },
      },
      { mail: "ada@example.com", link: "https://example.com/a?b=1", day: "2025-06-07" },
    ],
    ["Who wrote it?", { query: { type: "string" } }, { query: "Who wrote it?" }],
    [
      "Alice, Bob and Carol meet",
      { people: { type: "array", items: { type: "string" } } },
      { people: ["Alice", "Bob", "Carol"] },
    ],
    ["currency code: USD", { code: { type: "string", pattern: "^[A-Z]{3}$" } }, { code: "USD" }],
  ])("reads %j", (message, properties, expected) => {
    expect(make(object(properties), message)).toEqual(expected);
  });

  it("leaves out what is optional and was not said", () => {
    const schema = object({ city: { type: "string" }, unit: { enum: ["C", "F"] }, days: { type: "integer" } }, [
      "city",
    ]);
    expect(make(schema, "weather in Paris", false)).toEqual({ city: "Paris" });
    expect(make(schema, "weather in Paris, unit: F", false)).toEqual({ city: "Paris", unit: "F" });
  });
});

describe("validity", () => {
  it("follows references, also recursive ones", () => {
    const schema = {
      $defs: {
        node: object({
          label: { type: "string" },
          children: { type: "array", items: { $ref: "#/$defs/node" } },
          next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] },
        }),
      },
      $ref: "#/$defs/node",
    };
    expect(make(schema, "hi")).toMatchObject({ label: expect.any(String) });
    const self = {
      type: "object",
      properties: { me: { anyOf: [{ type: "null" }, { $ref: "#" }] } },
      required: ["me"],
      additionalProperties: false,
    };
    make(self, "hi");
  });

  it.each([
    { type: "string", minLength: 300 },
    { type: "string", maxLength: 2 },
    { type: "string", pattern: "^(foo|bar)-\\d{2,4}[a-f]+\\.txt$" },
    { type: "string", pattern: "^\\w+@[a-z]+\\.(com|org)$", minLength: 8 },
    { type: "integer", minimum: 7, maximum: 9 },
    { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { type: "integer", multipleOf: 5, minimum: 11 },
    { type: "number", maximum: -3 },
    { type: ["string", "null"] },
    { type: "array", items: { type: "integer" }, minItems: 3, uniqueItems: true },
    { type: "array", prefixItems: [{ type: "string" }, { type: "boolean" }], items: false },
    { allOf: [object({ a: { type: "string" } }, ["a"]), { properties: { a: { maxLength: 3 } } }] },
    { oneOf: [object({ kind: { const: "a" } }), object({ kind: { const: "b" } })] },
    { const: { deep: [1, null] } },
    { enum: [null, 3, "x"] },
    { type: "object", additionalProperties: { type: "integer" }, minProperties: 2 },
    ...["date-time", "date", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "duration"].map((format) => ({
      type: "string",
      format,
    })),
  ])("makes a valid %j", (schema) => {
    make(schema, "Tell Bob 'something' about 12 things");
    make(schema, "");
  });

  it("holds for any schema of the usual kind", () => {
    const { schema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 4, depthSize: "small" },
        fc.record({
          type: fc.constant("string"),
          minLength: fc.integer({ min: 0, max: 5 }),
          maxLength: fc.integer({ min: 5, max: 40 }),
        }),
        fc.record({
          type: fc.constantFrom("integer", "number"),
          minimum: fc.integer({ min: -9, max: 0 }),
          maximum: fc.integer({ min: 1, max: 9 }),
        }),
        fc.constantFrom({ type: "boolean" }, { type: "null" }, { type: ["integer", "null"] }),
        fc.record({ enum: fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1 }) }),
        fc.record({ type: fc.constant("array"), items: tie("schema"), minItems: fc.integer({ min: 0, max: 3 }) }),
        fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
        fc
          .dictionary(fc.constantFrom("city", "to", "query", "n", "flag"), tie("schema"), { minKeys: 1 })
          .map((properties) => object(properties)),
      ),
    }));
    fc.assert(
      fc.property(schema, fc.string(), (made, message) => void make(made, message)),
      { numRuns: 150, seed: 7 },
    );
  });

  it("gives up on nothing, however strange the schema", () => {
    for (const schema of [
      {},
      { $ref: "#/nowhere" },
      { type: "array", items: { $ref: "#" }, minItems: 1 },
      { pattern: "(((" },
      { allOf: [{ $ref: "#" }] },
    ]) {
      expect(() => makeInstance(schema, readMessageValues("x"), { fillOptional: true })).not.toThrow();
    }
  });

  it("takes no longer for a pattern made to backtrack", () => {
    const started = performance.now();
    const schema = { type: "string", pattern: "^(a+)+$(?!)|((x{64}){64}){64}", minLength: 60 };
    makeInstance(schema, readMessageValues("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), { fillOptional: true });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
