import { expect, it } from "vitest";
import { exampleArgument, httpDraftOf, newHttpDraft, toHttpSettings } from "./http-draft.tsx";

const settings = {
  method: "POST" as const,
  url: "https://api.example.com/{city}",
  parameters: { type: "object", properties: {} },
  headers: { "x-a": "b" },
  query: { unit: "{unit}" },
  body: { type: "json" as const, template: { city: "{city}" } },
  result: "weather",
  timeoutSeconds: 20,
  requireApproval: "always" as const,
};

it.each([settings, { ...settings, timeoutSeconds: null, body: { type: "form" as const, template: { a: "{city}" } } }])(
  "gives back the settings that a form was opened with",
  (each) => {
    expect(toHttpSettings(httpDraftOf(each))).toEqual({ settings: each });
  },
);

it("says which field cannot be read", () => {
  expect(toHttpSettings({ ...newHttpDraft, timeout: "soon" })).toMatchObject({ field: "timeout" });
  expect(toHttpSettings({ ...newHttpDraft, parameters: "{" })).toMatchObject({ field: "parameters" });
  expect(toHttpSettings({ ...newHttpDraft, parameters: "[]" })).toMatchObject({ field: "parameters" });
  expect(toHttpSettings({ ...newHttpDraft, bodyType: "json", body: "x" })).toMatchObject({ field: "body" });
  expect(toHttpSettings({ ...newHttpDraft, bodyType: "text", body: "{city}" })).toMatchObject({
    settings: { body: { type: "text", template: "{city}" } },
  });
});

it("names an argument of the schema for hints", () => {
  expect(exampleArgument(newHttpDraft)).toBe("city");
  expect(exampleArgument({ parameters: '{"type":"object","properties":{}}' })).toBeNull();
  expect(exampleArgument({ parameters: "{" })).toBeNull();
});
