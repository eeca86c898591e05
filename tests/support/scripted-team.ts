import type OpenAI from "openai";
import { newId } from "#server/ids";
import { type Json, record } from "#server/protocol/json-values";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";
import { sealedSecret } from "#tests/support/sealed-secret";
import { createTeam, openaiClient, query, type ServerAddress, type TestTeam } from "#tests/support/server";

/** A team whose connection `scripted` is an upstream of the test's own. */
export interface ScriptedTeam extends TestTeam {
  client: OpenAI;
  upstream: ScriptedUpstream;
  /** A model of that connection, as a request names it. */
  model: string;
  close(): Promise<void>;
}

export interface NewConnection {
  name: string;
  baseUrl: string;
  models?: readonly string[];
  kind?: string;
  wire?: string;
  /** Kept sealed, as the server does. */
  apiKey?: string;
}

/** Gives a team a connection; of OpenAI's kind, unless told otherwise. */
export async function addConnection(server: ServerAddress, teamId: string, connection: NewConnection): Promise<void> {
  const { name, baseUrl, models = [], kind = "openai-compatible", wire = "auto", apiKey } = connection;
  await query(
    server,
    `INSERT INTO provider_connection (id, team_id, name, kind, base_url, models, wire, secret)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [newId("connection"), teamId, name, kind, baseUrl, models, wire, apiKey ? sealedSecret(apiKey) : null],
  );
}

/** Starts a scripted upstream and makes it the connection `scripted` of a team. */
export async function connectUpstream(
  server: ServerAddress,
  teamId: string,
): Promise<Pick<ScriptedTeam, "upstream" | "model">> {
  const upstream = await startScriptedUpstream();
  await addConnection(server, teamId, { name: "scripted", baseUrl: upstream.baseUrl, models: ["scripted-model"] });
  return { upstream, model: "scripted/scripted-model" };
}

/** Makes a team that has a scripted upstream. */
export async function createScriptedTeam(server: ServerAddress): Promise<ScriptedTeam> {
  const team = await createTeam(server);
  const connected = await connectUpstream(server, team.teamId);
  const close = () => connected.upstream.close();
  return { ...team, ...connected, client: openaiClient(server, team.key), close };
}

/** Makes a team whose scripted upstream is its connection `native` too, which speaks the Responses API: `native/gpt-5`. */
export async function createNativeTeam(server: ServerAddress): Promise<ScriptedTeam> {
  const team = await createScriptedTeam(server);
  const { baseUrl } = team.upstream;
  await addConnection(server, team.teamId, { name: "native", baseUrl, models: ["gpt-5"], wire: "responses" });
  return team;
}

export interface PostOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

type Asker = { server: ServerAddress; key: string };

function post(path: string, { server, key, body, headers, signal }: Asker & PostOptions & { body: unknown }) {
  return fetch(`${server.url}/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

/** `POST /v1/responses` by hand. */
export function postResponse(at: Asker, body: unknown, options: PostOptions = {}): Promise<Response> {
  return post("/responses", { ...at, ...options, body });
}

/** {@link postResponse} and what was answered, read. */
export async function askResponse(
  at: Asker,
  body: unknown,
  options: PostOptions = {},
): Promise<{ status: number; body: Json }> {
  const answer = await postResponse(at, body, options);
  return { status: answer.status, body: record(await answer.json()) };
}

/** `POST /v1/chat/completions` by hand. */
export function postChat(at: Asker, body: unknown, options: PostOptions = {}): Promise<Response> {
  return post("/chat/completions", { ...at, ...options, body });
}

/** The events of an answer's text, in order, without the last `[DONE]`. */
export function eventsOf(text: string): ({ type: string } & Record<string, unknown>)[] {
  return text
    .split("\n\n")
    .filter((frame) => frame.startsWith("event: "))
    .map((frame) => JSON.parse(frame.slice(frame.indexOf("data: ") + 6)));
}
