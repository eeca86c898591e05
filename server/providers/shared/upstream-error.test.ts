import { expect, test } from "vitest";
import { redact } from "#server/providers/shared/upstream-error";
import { testConnection } from "#tests/support/model-request";

const connection = testConnection({ baseUrl: "https://api.example.com/v1", apiKey: "own-key-of-the-connection" });

test.each([
  ["Wrong key own-key-of-the-connection.", "Wrong key [redacted]."],
  [
    "No tools at https://a.example/mcp?api_key=s3cret&mode=x.",
    "No tools at https://a.example/mcp?api_key=[redacted]&mode=x.",
  ],
  ["https://a.example/mcp?mode=x&access_token=s3cret", "https://a.example/mcp?mode=x&access_token=[redacted]"],
  ["https://a.example/mcp?page=2", "https://a.example/mcp?page=2"],
  ["Bearer s3cret-token was refused", "Bearer [redacted] was refused"],
])("what a vendor says is shown without secrets: %j", (said, shown) => {
  expect(redact(said, connection)).toBe(shown);
});
