import { expect, it } from "vitest";
import { peekModel } from "#server/services/models/known-models";
import { testConnection } from "#tests/support/model-request";

it("knows the built-in models before anybody has listed them, and of a vendor's nothing", () => {
  const builtin = testConnection({ kind: "builtin", baseUrl: null });
  expect(peekModel(builtin, "echo")).toMatchObject({ id: "echo", contextWindow: 128_000 });
  expect(peekModel(builtin, "nobody")).toBeNull();
  expect(peekModel(testConnection({ baseUrl: "http://127.0.0.1:9/v1" }), "echo")).toBeNull();
});
