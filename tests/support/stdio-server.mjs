// An MCP server on standard input and output, by hand, whose tools do what a program should not.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const hoard = [];
const answers = {
  environment: () => JSON.stringify(process.env),
  // One child of the group, and one that leaves it.
  descend: () => {
    const idle = ["-e", "setInterval(() => {}, 1000)"];
    const stay = spawn(process.execPath, idle, { stdio: "ignore" });
    const leave = spawn(process.execPath, idle, { stdio: "ignore", detached: true });
    return JSON.stringify([process.pid, stay.pid, leave.pid]);
  },
  hoard: () => {
    for (let index = 0; index < 20; index += 1) hoard.push(Buffer.alloc(10 * 1024 * 1024, 1));
    return null;
  },
  exit: () => process.exit(3),
  silent: () => null,
  shout: ({ bytes }) => "x".repeat(bytes),
  echo: (given) => JSON.stringify(given),
};

function resultOf({ method, params }) {
  if (method === "initialize") {
    const { protocolVersion } = params;
    return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "stdio", version: "1" } };
  }
  if (method === "tools/list") {
    return { tools: Object.keys(answers).map((name) => ({ name, inputSchema: { type: "object" } })) };
  }
  const text = answers[params.name](params.arguments);
  return text === null ? null : { content: [{ type: "text", text }] };
}

console.log("not a message");
createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line);
  if (message.id === undefined) return;
  const result = resultOf(message);
  if (result !== null) console.log(JSON.stringify({ jsonrpc: "2.0", id: message.id, result }));
});
