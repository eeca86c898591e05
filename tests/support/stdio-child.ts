// Starts the program of its configuration, has it start others, tells their ids, and goes on until it is killed.
import { callMcpTool } from "#server/tools/mcp/call-tool";

const program = "ours";
const server = { teamId: "team_1", label: program, url: `stdio:${program}`, program, headers: {} };
const { text } = await callMcpTool(server, { name: "descend", arguments: {} }, new AbortController().signal);
console.log(text);
setInterval(() => undefined, 60_000);
