import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { DESCRIPTIONS } from "#server/api/routes/api-document";
import { ALL_FIELDS } from "#server/protocol/fields/all-fields";
import { type EndpointFields, fieldTable, withFieldTables } from "#server/protocol/fields/field-report";
import { list, record } from "#server/protocol/json-values";
import { parseCreateResponse } from "#server/protocol/request";
import { ROUTE_TABLE } from "#tests/contract/route-table";
import { hasReference } from "#tests/support/captures";
import { contractFields } from "#tests/support/contract-requests";
import { contractPart } from "#tests/support/contract-schemas";

const endpoints = ALL_FIELDS.map((endpoint) => [endpoint.route, endpoint] as const);
const sorted = (names: Iterable<string>) => [...new Set(names)].toSorted();

/** The names before the dot; those that have a dot, by what stands before it. */
function namesOf({ fields }: EndpointFields) {
  const names = Object.keys(fields);
  const within: Record<string, string[]> = {};
  for (const name of names.filter((each) => each.includes("."))) {
    const [parent = "", child = ""] = name.split(".");
    within[parent] = [...(within[parent] ?? []), child];
  }
  return { top: sorted(names.map((name) => name.split(".")[0] ?? "")), within };
}

/** The fields of an object that a request may leave out. */
function shapeOf(schema: unknown): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? shapeOf(schema.unwrap()) : [];
}

function partOf(schema: unknown, name: string): unknown {
  return schema instanceof z.ZodObject ? schema.shape[name] : undefined;
}

/** Fields of our own on OpenAI's routes: these and no others. One that a contract takes up must go from here. */
const OURS: Record<string, string[]> = {
  "POST /v1/vector_stores": ["search_settings", "embedding"],
  "POST /v1/vector_stores/:vector_store_id": ["search_settings", "embedding", "chunking_strategy"],
};

const LOOK = { type: "function", name: "look" };

/** The values of an enumeration, in whichever contract has it. */
function publishedValues(schema: string): unknown[] {
  return (["openai", "open-responses"] as const).flatMap((contract) => {
    const { enum: values, anyOf } = record(contractPart(contract, `/components/schemas/${schema}`));
    return [...list(values), ...list(anyOf).flatMap((part) => list(record(part).enum))];
  });
}

test("docs/compatibility.md holds the tables (node server/commands/make-field-tables.ts writes them)", () => {
  const document = readFileSync("docs/compatibility.md", "utf8");
  expect(document).toBe(withFieldTables(document, ALL_FIELDS));
});

test("a document without a place for a table, or with one for none, is found", () => {
  expect(() => withFieldTables("", ALL_FIELDS)).toThrow("POST /v1/responses");
  const stray = "<!-- fields of POST /v1/nothing -->\n<!-- end of fields -->";
  expect(() => withFieldTables(stray, [])).toThrow("POST /v1/nothing");
});

test("fields of which the same is said share a row, and bars are escaped", () => {
  const field = { treatment: "acted on", note: "a | b" } as const;
  const table = fieldTable({
    route: "",
    fields: { a: field, b: field, c: { ...field, note: "c" } },
  });
  expect(table.split("\n").slice(2)).toEqual(["| `a`, `b` | acted on | a \\| b |", "| `c` | acted on | c |"]);
});

test("the fields without effect are few, and each says why", () => {
  const idle = ALL_FIELDS.flatMap(({ fields }) => Object.values(fields)).filter(
    (each) => each.treatment === "no effect",
  );
  expect(idle.length).toBeLessThanOrEqual(10);
  expect(idle.filter(({ note }) => note.length < 10)).toEqual([]);
});

test("whatever is not acted on has a value to prove it with", () => {
  const unproven = ALL_FIELDS.flatMap(({ route, fields }) =>
    Object.entries(fields).flatMap(([name, { treatment, sample }]) =>
      treatment !== "acted on" && sample === undefined ? [`${route}: ${name}`] : [],
    ),
  );
  expect(unproven).toEqual([]);
});

test.each(endpoints)("the table of %s has the fields that the server reads", (route, endpoint) => {
  const { top, within } = namesOf(endpoint);
  const body = DESCRIPTIONS[route]?.body;
  expect(top).toEqual(sorted(shapeOf(body)));
  for (const [parent, names] of Object.entries(within)) {
    expect({ parent, names: sorted(names) }).toEqual({ parent, names: sorted(shapeOf(partOf(body, parent))) });
  }
});

test("every route of OpenAI's that takes a body has a table", () => {
  const taking = Object.entries(ROUTE_TABLE).filter(([, { sent, schema }]) => sent !== undefined && schema !== null);
  const tables = new Set(ALL_FIELDS.map(({ route }) => route));
  expect(taking.map(([route]) => route).filter((route) => !tables.has(route))).toEqual([]);
});

describe.skipIf(!hasReference)("under the published contracts (skipped without ../shared/reference)", () => {
  test.each(endpoints)("the table of %s has their fields, and no others", (route, endpoint) => {
    const { top, within } = namesOf(endpoint);
    const published = (parent?: string) =>
      sorted([...contractFields("openai", route, parent), ...contractFields("open-responses", route, parent)]);
    const own = OURS[route] ?? [];
    expect(published().filter((name) => own.includes(name))).toEqual([]);
    expect(top).toEqual(sorted([...published(), ...own]));
    for (const [parent, names] of Object.entries(within)) {
      expect({ parent, names: sorted(names) }).toEqual({ parent, names: published(parent) });
    }
  });

  test("a field that the contracts have and the table lacks would be found", () => {
    expect(contractFields("openai", "POST /v1/responses")).toContain("prompt_cache_retention");
    expect(contractFields("openai", "POST /v1/responses", "reasoning")).toContain("effort");
    expect(contractFields("open-responses", "POST /v1/responses")).toContain("presence_penalty");
  });

  const asked = (fields: object) => ({ input: "x", ...fields });
  test.each<[string, (value: unknown) => unknown, readonly string[]]>([
    ["include", (value) => parseCreateResponse(asked({ include: [value] })), ["IncludeEnum"]],
    ["truncation", (value) => parseCreateResponse(asked({ truncation: value })), ["TruncationEnum"]],
    ["service_tier", (value) => parseCreateResponse(asked({ service_tier: value })), ["ServiceTierEnum"]],
    [
      "tool_choice",
      (value) => parseCreateResponse(asked({ tool_choice: value, tools: [LOOK] })),
      ["ToolChoiceOptions"],
    ],
    [
      "text.verbosity",
      (value) => parseCreateResponse(asked({ text: { verbosity: value } })),
      ["Verbosity", "VerbosityEnum"],
    ],
    [
      "reasoning.effort",
      (value) => parseCreateResponse(asked({ reasoning: { effort: value } })),
      ["ReasoningEffort", "ReasoningEffortEnum"],
    ],
    [
      "reasoning.summary",
      (value) => parseCreateResponse(asked({ reasoning: { summary: value } })),
      ["ReasoningSummaryEnum"],
    ],
  ])("%s takes every value that a contract has", (_name, parse, schemas) => {
    const values = schemas.flatMap((schema) => publishedValues(schema));
    expect(values.length).toBeGreaterThan(1);
    for (const value of values) expect(() => parse(value)).not.toThrow();
    expect(() => parse("something else")).toThrow();
  });
});
