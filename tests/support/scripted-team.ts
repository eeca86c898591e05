import type OpenAI from "openai";
import { newId } from "#server/ids";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";
import { createTeam, openaiClient, query, type ServerAddress, type TestTeam } from "#tests/support/server";

/** A team whose connection `scripted` is an upstream of the test's own. */
export interface ScriptedTeam extends TestTeam {
  client: OpenAI;
  upstream: ScriptedUpstream;
  /** A model of that connection, as a request names it. */
  model: string;
  close(): Promise<void>;
}

/** Makes a team, starts a scripted upstream, and connects the one to the other. */
export async function createScriptedTeam(server: ServerAddress): Promise<ScriptedTeam> {
  const upstream = await startScriptedUpstream();
  const team = await createTeam(server);
  await query(
    server,
    `INSERT INTO provider_connection (id, team_id, name, kind, base_url, models)
     VALUES ($1, $2, 'scripted', 'openai-compatible', $3, '{scripted-model}')`,
    [newId("connection"), team.teamId, upstream.baseUrl],
  );
  return {
    ...team,
    client: openaiClient(server, team.key),
    upstream,
    model: "scripted/scripted-model",
    close: () => upstream.close(),
  };
}

export interface PostOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** `POST /v1/responses` by hand. */
export function postResponse(
  at: { server: ServerAddress; key: string },
  body: unknown,
  options: PostOptions = {},
): Promise<Response> {
  return fetch(`${at.server.url}/v1/responses`, {
    method: "POST",
    headers: { authorization: `Bearer ${at.key}`, "content-type": "application/json", ...options.headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(options.signal ? { signal: options.signal } : {}),
  });
}

/** The events of an answer's text, in order, without the last `[DONE]`. */
export function eventsOf(text: string): ({ type: string } & Record<string, unknown>)[] {
  return text
    .split("\n\n")
    .filter((frame) => frame.startsWith("event: "))
    .map((frame) => JSON.parse(frame.slice(frame.indexOf("data: ") + 6)));
}
