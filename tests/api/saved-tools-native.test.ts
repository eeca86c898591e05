import { afterAll, beforeAll, expect, it } from "vitest";
import { list, record, text } from "#server/protocol/json-values";
import { approval, type McpTeam, outputOf, startMcpTeam, typesOf } from "#tests/support/mcp-team";
import { type Site, saveTools, startSite } from "#tests/support/saved-tools";
import { addConnection } from "#tests/support/scripted-team";
import type { UpstreamScript } from "#tests/support/scripted-upstream";

let at: McpTeam;
let site: Site;

beforeAll(async () => {
  at = await startMcpTeam();
  site = await startSite();
  await saveTools(at, site, "canary-saved-secret-0123456789");
  const { baseUrl } = at.team.upstream;
  await addConnection(at.server, at.team.teamId, { name: "native", baseUrl, wire: "responses" });
});
afterAll(async () => {
  await site.close();
  await at.close();
});

const answering =
  (...output: object[]): UpstreamScript =>
  (exchange) =>
    exchange.json(200, { object: "response", status: "completed", model: "gpt-5", output });
const calling = (name: string, args: object): UpstreamScript =>
  answering({ type: "function_call", id: "fc_up", call_id: `call_${name}`, name, arguments: JSON.stringify(args) });
const saying = (said: string) =>
  answering({ type: "message", id: "msg_up", content: [{ type: "output_text", text: said }] });

it("runs saved tools for a model whose provider asks other servers itself", async () => {
  const sent = (index: number) => record(at.team.upstream.requests[index]?.body);
  const theirs = { type: "mcp", server_label: "zip", server_url: "https://zip.example/mcp", authorization: "token" };
  const saved = [
    { type: "rejoinder:tool", name: "get_order" },
    { type: "mcp", server_label: "shop" },
  ];
  const body = { model: "native/gpt-5", tools: [theirs, ...saved] };

  at.team.upstream.script(calling("get_order", { id: "7" }), calling("shop__order", { thing: "cake" }));
  const asked = await at.post(body);
  expect(typesOf(asked)).toEqual(["mcp_list_tools", "mcp_call", "mcp_approval_request"]);
  expect(site.requests).toHaveLength(1);
  const told = list(sent(0).tools).map(record);
  expect(told.map(({ type, name, server_label: label }) => name ?? `${text(type)} ${text(label)}`).toSorted()).toEqual([
    ...["get_order", "mcp zip", "shop__look", "shop__order"],
  ]);
  expect(told.find(({ type }) => type === "mcp")).toEqual(theirs);

  at.team.upstream.script(saying("Done."));
  const input = [approval(outputOf(asked).at(-1)?.id)];
  const done = await at.post({ ...body, input, previous_response_id: asked.body.id });
  expect(typesOf(done)).toEqual(["mcp_call", "message"]);
  expect(at.calls()).toHaveLength(1);
  const history = list(sent(2).input).map(record);
  expect(history.map(({ type, name }) => name ?? type)).toEqual([
    ...["message", "get_order", "function_call_output", "shop__order", "function_call_output"],
  ]);
  expect(JSON.stringify(at.team.upstream.requests)).not.toContain("canary-saved");
});

it("runs a saved server that an item of the input brings, and tells that provider nothing of it", async () => {
  const asked = at.team.upstream.requests.length;
  const theirs = { type: "mcp", server_label: "zip", server_url: "https://zip.example/mcp" };
  const tools = [theirs, { type: "rejoinder:tool", name: "shop" }];
  const input = [
    { type: "additional_tools", role: "developer", tools },
    { role: "user", content: "Order cake." },
  ];
  at.team.upstream.script(calling("shop__order", { thing: "cake" }));
  const answer = await at.post({ model: "native/gpt-5", input });
  expect(typesOf(answer)).toEqual(["mcp_list_tools", "mcp_approval_request"]);
  const sent = record(at.team.upstream.requests[asked]?.body);
  expect(list(sent.tools).map(record)).toMatchObject([{ name: "shop__order" }, { name: "shop__look" }]);
  expect(list(sent.input)[0]).toMatchObject({ type: "additional_tools", tools: [theirs] });
});
