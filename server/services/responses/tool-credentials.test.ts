import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetSecrets } from "#server/auth/secrets";
import { parseConfig, setConfig } from "#server/config";
import type { RequestTool } from "#server/protocol/tools";
import {
  credentialLabelsOf,
  openToolCredentials,
  sealToolCredentials,
  withoutToolCredentials,
} from "#server/services/responses/tool-credentials";

beforeAll(() => {
  const secret = "s".repeat(32);
  setConfig(parseConfig({ API_KEY_PEPPER: secret, SESSION_SECRET: secret, ENCRYPTION_KEY: secret }));
  forgetSecrets();
});
afterAll(forgetSecrets);

const body = {
  input: [
    { role: "user", content: "hi" },
    { type: "additional_tools", tools: [{ type: "mcp", server_label: "c", authorization: "item-canary" }] },
  ],
  tools: [
    { type: "function", name: "f" },
    { type: "mcp", server_label: "a", authorization: "token-canary" },
    { type: "mcp", server_label: "d", server_url: "https://d.example/mcp?key=url-canary" },
    { type: "mcp", server_label: "e", server_url: "https://e.example/mcp" },
    { type: "mcp", server_label: "b", headers: { "x-key": "header-canary" }, authorization: null },
  ],
};

test("are stored encrypted and come back as they were", () => {
  const sealed = sealToolCredentials(body, "resp_1");
  expect(JSON.stringify(sealed)).not.toContain("canary");
  expect(openToolCredentials(sealed, "resp_1")).toEqual(body);
});

test("are known by their servers' labels", () => {
  const tools = [...body.tools, ...(body.input[1]?.tools ?? [])] as RequestTool[];
  expect(credentialLabelsOf({ tools, additionalTools: new Map() })).toEqual(["a", "d", "b", "c"]);
});

test("belong to one response", () => {
  const sealed = sealToolCredentials(body, "resp_1");
  expect(() => openToolCredentials(sealed, "resp_2")).toThrow();
});

test("are not shown in traces", () => {
  const shown = withoutToolCredentials(body);
  expect(JSON.stringify(shown)).not.toContain("canary");
  expect(shown).toMatchObject({
    tools: [
      { name: "f" },
      { authorization: "[redacted]" },
      { server_url: "https://d.example/mcp?key=[redacted]" },
      { server_url: "https://e.example/mcp" },
      { headers: "[redacted]" },
    ],
  });
});

test.each([[null], ["text"], [{ input: "hi" }], [{ tools: "none" }], [{ tools: [1, null] }]])(
  "leave %j alone",
  (other) => {
    expect(openToolCredentials(sealToolCredentials(other, "r"), "r")).toEqual(other);
    expect(withoutToolCredentials(other)).toEqual(other);
  },
);
