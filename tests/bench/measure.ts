import { readFile } from "node:fs/promises";
import { type LoadResult, median, runLoad, type Target } from "#tests/bench/load";
import { type Figure, ms, percent, rate } from "#tests/bench/report";
import { query, type RunningServer, type TestTeam } from "#tests/support/server";

const QUESTION = "What does the mock answer when it is asked a question of about this length?";

export interface Plan {
  rounds: number;
  /** Of each measurement in each round. */
  seconds: number;
}

type Measured = LoadResult & {
  /** Milliseconds of processor time of our server for each request; of no meaning for the mock. */
  cpuMs: number;
};

interface Round {
  single: Measured;
  many: Measured;
  streams: Measured;
  first: Measured;
}

/** The mock called directly. */
export function directTarget(mockUrl: string, stream: boolean): Target {
  const model = stream ? "mock-200" : "mock-1";
  return {
    origin: mockUrl,
    path: "/v1/chat/completions",
    headers: { "content-type": "application/json", authorization: "Bearer sk-mock" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: QUESTION }], stream }),
    firstDelta: stream ? " word" : undefined,
  };
}

/** The same question through `/v1/responses`. */
export function ourTarget(server: RunningServer, team: TestTeam, stream: boolean): Target {
  const model = stream ? "openai/mock-200" : "openai/mock-1";
  return {
    origin: server.url,
    path: "/v1/responses",
    headers: { "content-type": "application/json", authorization: `Bearer ${team.key}` },
    body: JSON.stringify({ model, input: QUESTION, stream }),
    firstDelta: stream ? "response.output_text.delta" : undefined,
  };
}

/** One round: what is measured, one after the other, direct and ours taking turns. */
export async function measureRounds(
  direct: [json: Target, stream: Target],
  ours: [json: Target, stream: Target],
  plan: Plan & { server: RunningServer },
): Promise<{ direct: Round[]; ours: Round[]; sent: number }> {
  const rounds = { direct: [] as Round[], ours: [] as Round[], sent: 0 };
  const warm = { seconds: Math.min(2, plan.seconds), concurrency: 32 };
  for (const target of [...direct, ...ours]) {
    const { requests } = await runLoad(target, warm);
    if (ours.includes(target)) rounds.sent += requests;
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    const results: { direct: Partial<Round>; ours: Partial<Round> } = { direct: {}, ours: {} };
    for (const [name, index, concurrency] of MEASUREMENTS) {
      for (const side of ["direct", "ours"] as const) {
        const target = (side === "direct" ? direct : ours)[index];
        const cpuBefore = await cpuMsOf(plan.server);
        const result = await runLoad(target, { seconds: plan.seconds, concurrency });
        const cpuMs = ((await cpuMsOf(plan.server)) - cpuBefore) / result.requests;
        results[side][name] = { ...result, cpuMs };
        if (side === "ours") rounds.sent += result.requests;
      }
    }
    rounds.direct.push(complete(results.direct));
    rounds.ours.push(complete(results.ours));
  }
  return rounds;
}

const MEASUREMENTS = [
  ["single", 0, 1],
  ["many", 0, 32],
  ["streams", 1, 32],
  ["first", 1, 1],
] as const;

function complete({ single, many, streams, first }: Partial<Round>): Round {
  if (!single || !many || !streams || !first) throw new Error("a measurement is missing");
  return { single, many, streams, first };
}

/** Medians over the rounds, beside the budget of native Postgres. */
export function figuresOf(direct: Round[], ours: Round[]): Figure[] {
  const over = (rounds: Round[], pick: (round: Round) => number) => median(rounds.map(pick));
  const added = (pick: (round: Round) => number) =>
    median(ours.map((round, index) => pick(round) - pick(direct[index] ?? round)));
  const share = (pick: (round: Round) => number) =>
    median(ours.map((round, index) => pick(round) / pick(direct[index] ?? round)));
  const latency = (name: string, pick: (round: Round) => number, budget: number): Figure => ({
    name,
    measured: `+${ms(added(pick))}`,
    direct: ms(over(direct, pick)),
    budget: `≤ +${budget} ms`,
    kept: added(pick) <= budget,
  });
  const throughput = (name: string, pick: (round: Round) => number, budget: number): Figure => ({
    name,
    measured: `${rate(over(ours, pick))} = ${percent(share(pick))}`,
    direct: rate(over(direct, pick)),
    budget: `≥ ${percent(budget)}`,
    kept: share(pick) >= budget,
  });
  const cost = (name: string, pick: (round: Round) => number): Figure => ({
    name,
    measured: ms(over(ours, pick)),
    budget: "",
    kept: null,
  });
  return [
    latency("c=1, added p50", (round) => round.single.p50, 1.3),
    latency("c=1, added p99", (round) => round.single.p99, 7),
    throughput("c=32, requests", (round) => round.many.perSecond, 0.15),
    throughput("c=32, streams of 200 deltas", (round) => round.streams.perSecond, 0.26),
    latency("added time to first token, p50", (round) => round.first.p50, 2),
    cost("processor time a request", (round) => round.many.cpuMs),
    cost("processor time a stream", (round) => round.streams.cpuMs),
  ];
}

/** Processor time of the server's process so far, in ms; Linux counts it in hundredths of a second. */
async function cpuMsOf(server: RunningServer): Promise<number> {
  const stat = await readFile(`/proc/${server.pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return ((user ?? 0) + (system ?? 0)) * 10;
}

/** Resident memory of the server's process, in MB. */
export async function residentMb(server: RunningServer): Promise<number> {
  const status = await readFile(`/proc/${server.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

export interface Accounts {
  responses: number;
  traces: number;
  usage: number;
}

/** Rows of a team's responses and traces, and the requests counted in its usage. */
export async function accountsOf(server: RunningServer, team: TestTeam): Promise<Accounts> {
  const [row] = await query<Accounts>(
    server,
    `select (select count(*)::int from response where team_id = $1) as responses,
       (select count(*)::int from trace where team_id = $1 and status = 'ok') as traces,
       (select coalesce(sum(requests), 0)::int from usage_daily where team_id = $1) as usage`,
    [team.teamId],
  );
  return row ?? { responses: 0, traces: 0, usage: 0 };
}
