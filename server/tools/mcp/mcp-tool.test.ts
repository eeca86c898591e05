import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { config, setConfig } from "#server/config";
import { createMcpTool } from "#server/tools/mcp/mcp-tool";
import { closeMcpSessions } from "#server/tools/mcp/session-pool";
import type { ToolContext } from "#server/tools/tool";
import { type ScriptedMcpServer, startMcpServer } from "#tests/support/mcp-server";

const before = config();
let peer: ScriptedMcpServer;

beforeAll(() => setConfig({ ...before, OUTBOUND_ALLOW: "127.0.0.1", MCP_MAX_OUTPUT_CHARS: 10 }));
afterAll(() => setConfig(before));
beforeEach(async () => {
  peer = await startMcpServer();
});
afterEach(async () => {
  await closeMcpSessions();
  await peer.close();
});

/** What a call whose result has this content comes to, and what it leaves in the trace. */
async function outcomeOf(content: object[], structured: object = {}) {
  peer.script.onCall = ({ result }) => result({ content, ...structured });
  const traced: object[] = [];
  const tool = createMcpTool({
    server: { teamId: "team_1", label: "peer", url: peer.url, headers: {} },
    info: { name: "look", description: null, inputSchema: { type: "object" }, readOnly: false },
    modelName: "peer__look",
    needsApproval: false,
  });
  const context: ToolContext = {
    signal: new AbortController().signal,
    callId: "call_1",
    spanId: "0000000000000001",
    stage: {
      search: () => ({ done: () => undefined, failed: () => undefined }),
      thought: () => undefined,
      usage: () => undefined,
    },
    tell: () => undefined,
    nextMarker: () => "【1】",
    record: (attributes) => void traced.push(attributes),
  };
  return { ...(await tool.run({}, context)), traced };
}

test("a result that is cut for the model stands whole in the trace", async () => {
  const { output, item, traced } = await outcomeOf([{ type: "text", text: "0123456789abc" }]);
  expect(output).toBe("0123456789\n[Cut: these are the first 10 of 13 characters.]");
  expect(item).toEqual({ output, error: null });
  expect(traced).toEqual([{ wholeOutput: "0123456789abc" }]);
});

test("no half of a character is left where a result is cut", async () => {
  const { output } = await outcomeOf([{ type: "text", text: "012345678😀a" }]);
  expect(output).toBe("012345678\n[Cut: these are the first 9 of 12 characters.]");
});

test.each<[string, [object[], object?], string]>([
  ["nothing", [[]], ""],
  ["structured content alone", [[], { structuredContent: { a: 1 } }], '{"a":1}'],
  ["structured content beside text", [[{ type: "text", text: "a: 1" }], { structuredContent: { a: 1 } }], "a: 1"],
  ["an image", [[{ type: "image", mimeType: "image/png", data: "aGVsbG8=" }]], "[Image: image/png, 5 bytes]"],
  ["a recording", [[{ type: "audio", mimeType: "audio/wav", data: "aGVsbG8=" }]], "[Audio: audio/wav, 5 bytes]"],
  ["a link", [[{ type: "resource_link", uri: "file:///a", name: "A" }]], "[Link: A, file:///a]"],
  ["a text file", [[{ type: "resource", resource: { uri: "x:a", text: "hi" } }]], "[Resource: x:a]\nhi"],
  [
    "a file",
    [[{ type: "resource", resource: { uri: "x:a", blob: "aGVsbG8=" } }]],
    "[Resource: x:a, unknown type, 5 bytes]",
  ],
  ["what is not known", [[{ type: "hologram" }]], '[Content of the type "hologram"]'],
])("a result of %s", async (_, result, expected) => {
  setConfig({ ...config(), MCP_MAX_OUTPUT_CHARS: 1000 });
  expect((await outcomeOf(...result)).output).toBe(expected);
});
