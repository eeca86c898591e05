import { expect, it } from "vitest";
import { httpDraftOf, newHttpDraft, toHttpSettings } from "./http-draft.tsx";

const settings = {
  method: "POST" as const,
  url: "https://api.example.com/{city}",
  parameters: { type: "object", properties: {} },
  headers: { "x-a": "b" },
  query: { unit: "{unit}" },
  body: { type: "json" as const, template: { city: "{city}" } },
  result: "weather",
  timeoutSeconds: null,
  requireApproval: "always" as const,
};

it("gives back the settings that a form was opened with", () => {
  const draft = httpDraftOf(settings);
  const { timeoutSeconds: _, ...rest } = settings;
  expect(draft && toHttpSettings(draft)).toEqual({ settings: rest });
});

it("leaves what it cannot show alone, and says which field is no JSON", () => {
  expect(httpDraftOf({ ...settings, body: { type: "form", template: { a: "b" } } })).toBeNull();
  expect(toHttpSettings({ ...newHttpDraft, parameters: "{" })).toMatchObject({ field: "parameters" });
  expect(toHttpSettings({ ...newHttpDraft, parameters: "[]" })).toMatchObject({ field: "parameters" });
  expect(toHttpSettings({ ...newHttpDraft, bodyType: "json", body: "x" })).toMatchObject({ field: "body" });
  expect(toHttpSettings({ ...newHttpDraft, bodyType: "text", body: "{city}" })).toMatchObject({
    settings: { body: { type: "text", template: "{city}" } },
  });
});
