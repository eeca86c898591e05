import { once } from "node:events";
import type OpenAI from "openai";
import { WebSocket } from "ws";
import { median } from "#tests/bench/load";
import { type Figure, ms, rate } from "#tests/bench/report";
import { openaiClient, type RunningServer, type TestTeam } from "#tests/support/server";

const MODEL = "openai/mock-1";
const QUESTION = "What does the mock answer when it is asked a question of about this length?";

export interface TransportFigures {
  figures: Figure[];
  /** Responses that were asked for. */
  sent: number;
}

/** Turns over WebSocket and background runs to their end: what has no like when the mock is called directly. */
export async function measureTransports(
  server: RunningServer,
  team: TestTeam,
  seconds: number,
): Promise<TransportFigures> {
  const single = await turns(server, team, { sockets: 1, seconds });
  const many = await turns(server, team, { sockets: 32, seconds });
  const client = openaiClient(server, team.key);
  const one = await backgroundRuns(client, { concurrency: 1, seconds });
  const several = await backgroundRuns(client, { concurrency: 32, seconds });
  const figure = (name: string, measured: string): Figure => ({ name, measured, budget: "", kept: null });
  return {
    figures: [
      figure("WebSocket turn, one connection, p50", ms(median(single))),
      figure("WebSocket turns, 32 connections", rate(many.length / seconds)),
      figure("background, accepted, p50", ms(median(one.accepted))),
      figure("background, queued to completed, p50", ms(median(one.completed))),
      figure("background, 32 at a time", rate(several.completed.length / several.seconds)),
    ],
    sent: single.length + many.length + one.completed.length + several.completed.length,
  };
}

/** Milliseconds of each turn, the connections taking theirs side by side. */
async function turns(
  server: RunningServer,
  team: TestTeam,
  { sockets, seconds }: { sockets: number; seconds: number },
): Promise<number[]> {
  const taken: number[] = [];
  const until = performance.now() + seconds * 1000;
  const run = async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/responses`, {
      headers: { authorization: `Bearer ${team.key}` },
    });
    await once(socket, "open");
    while (performance.now() < until) {
      const from = performance.now();
      await turn(socket);
      taken.push(performance.now() - from);
    }
    socket.close();
  };
  await Promise.all(Array.from({ length: sockets }, run));
  return taken;
}

function turn(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (data: Buffer) => {
      const { type } = JSON.parse(data.toString());
      if (type !== "response.completed" && type !== "response.failed" && type !== "error") return;
      socket.off("message", listen);
      if (type === "response.completed") resolve();
      else reject(new Error(`a turn ended with ${data}`));
    };
    socket.on("message", listen);
    socket.send(JSON.stringify({ type: "response.create", model: MODEL, input: QUESTION }));
  });
}

/** Background runs, `concurrency` at a time, each followed by its stream to the end. */
async function backgroundRuns(client: OpenAI, { concurrency, seconds }: { concurrency: number; seconds: number }) {
  const accepted: number[] = [];
  const completed: number[] = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const run = async () => {
    while (performance.now() < until) {
      const from = performance.now();
      const { id } = await client.responses.create({ model: MODEL, input: QUESTION, background: true });
      accepted.push(performance.now() - from);
      let last = "";
      for await (const event of await client.responses.retrieve(id, { stream: true })) last = event.type;
      if (last !== "response.completed") throw new Error(`a background run ended with ${last}`);
      completed.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, run));
  return { accepted, completed, seconds: (performance.now() - startedAt) / 1000 };
}
