import { setTimeout as wait } from "node:timers/promises";
import { residentMb } from "#tests/bench/measure";
import { startMcpTeam } from "#tests/support/mcp-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";

// Memory and sessions of a server whose responses call a slow MCP server, many at once, over and over.
const ROUNDS = 8;
const RESPONSES = 200;
const CALLS = 5;
const SLOW_MS = 50;

const at = await startMcpTeam();
const calls = Array.from({ length: CALLS }, (_, place) => ({ id: `c${place}`, name: "shop__look", arguments: "{}" }));
at.team.upstream.setDefault((exchange) => {
  const answered = JSON.stringify(exchange.body).includes('"role":"tool"');
  return (answered ? chatText("Done.") : chatToolCalls(calls))(exchange);
});
at.peer.script.onCall = async ({ result }) => {
  await wait(SLOW_MS);
  result({ content: [{ type: "text", text: "seen" }] });
};
console.log(`${RESPONSES} responses at once, ${CALLS} calls each, of a server that takes ${SLOW_MS} ms`);
try {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const began = performance.now();
    const asked = Array.from({ length: RESPONSES }, () => at.post({ tools: [at.shop({ require_approval: "never" })] }));
    const failed = (await Promise.all(asked)).filter(({ body }) => body.status !== "completed").length;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const made = at.calls().length;
    const memory = Math.round(await residentMb(at.server));
    console.log(
      `round ${round}: ${seconds} s, ${made} calls, ${failed} failed, ${at.peer.openSessions.size} session, ${memory} MB`,
    );
    at.forget();
  }
} finally {
  await at.close();
}
