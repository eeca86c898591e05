import { expect, it } from "vitest";
import { argumentFields, readArguments } from "./schema-arguments.tsx";

const schema = {
  type: "object",
  properties: {
    city: { type: "string", description: "Where" },
    days: { type: "integer" },
    unit: { enum: ["c", "f"] },
    brief: { type: "boolean" },
    tags: { type: "array", items: { type: "string" } },
  },
  required: ["city", "days"],
};

it("makes a field of each argument, and reads what is typed in it", () => {
  const fields = argumentFields(schema);
  expect(fields.map(({ name, type, required }) => [name, type, required])).toEqual([
    ["city", "text", true],
    ["days", "number", true],
    ["unit", "choice", false],
    ["brief", "boolean", false],
    ["tags", "json", false],
  ]);
  const typed = { city: "Paris", days: "3", unit: "c", brief: "true", tags: '["a"]' };
  expect(readArguments(fields, typed)).toEqual({
    values: { city: "Paris", days: 3, unit: "c", brief: true, tags: ["a"] },
  });
  expect(readArguments(fields, { days: "0" })).toEqual({ values: { city: "", days: 0 } });
});

it("says which value cannot be read", () => {
  const fields = argumentFields(schema);
  expect(readArguments(fields, {})).toMatchObject({ field: "days" });
  expect(readArguments(fields, { days: "many" })).toMatchObject({ field: "days" });
  expect(readArguments(fields, { days: "1", tags: "[" })).toMatchObject({ field: "tags" });
  expect(argumentFields({ type: "object" })).toEqual([]);
});

it("makes fields of the objects within, which are given where they are required or filled in", () => {
  const pet = {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer" } },
    required: ["name"],
  };
  const fields = argumentFields({ type: "object", properties: { body: pet, owner: pet, any: { type: "object" } } });
  expect(fields.map(({ name, required }) => [name, required])).toEqual([
    ["body.name", false],
    ["body.age", false],
    ["owner.name", false],
    ["owner.age", false],
    ["any", false],
  ]);
  expect(readArguments(fields, { "body.age": "3" })).toEqual({ values: { body: { age: 3 } } });
  expect(readArguments(fields, { "body.age": "old" })).toMatchObject({ field: "body.age" });
  const strict = argumentFields({ type: "object", properties: { body: pet }, required: ["body"] });
  expect(readArguments(strict, {})).toEqual({ values: { body: { name: "" } } });
  const empty = argumentFields({ type: "object", properties: { body: { ...pet, required: [] } }, required: ["body"] });
  expect(readArguments(empty, {})).toEqual({ values: { body: {} } });
});
