import type OpenAI from "openai";
import { expect } from "vitest";
import type { WireEvent } from "#server/protocol/stream-rules";
import { eventually } from "#tests/support/eventually";
import { eventsOf, type ScriptedTeam } from "#tests/support/scripted-team";
import { query, type ServerAddress } from "#tests/support/server";

/** Polls as OpenAI's guide does, until the response has ended. */
export async function untilEnded(client: OpenAI, id: string): Promise<OpenAI.Responses.Response> {
  return eventually(async () => {
    const response = await client.responses.retrieve(id);
    expect(["queued", "in_progress"]).not.toContain(response.status);
    return response;
  });
}

interface At {
  server: ServerAddress;
  key: string;
}

/** Everything that the stream of a response says. */
export async function readStream({ server, key }: At, id: string, search = ""): Promise<WireEvent[]> {
  const answer = await fetch(`${server.url}/v1/responses/${id}?stream=true${search}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  expect(answer.status).toBe(200);
  return eventsOf(await answer.text());
}

/** Resolves when `count` events of the response are in its log. */
export async function untilLogged(server: ServerAddress, id: string, count: number): Promise<void> {
  await eventually(async () => {
    const rows = await query(server, "SELECT 1 FROM response_event WHERE response_id = $1", [id]);
    expect(rows.length).toBeGreaterThanOrEqual(count);
  });
}

/** Queues a response of the team's scripted model. */
export function queueResponse(
  team: Pick<ScriptedTeam, "client" | "model">,
  body: Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming> = {},
): Promise<OpenAI.Responses.Response> {
  return team.client.responses.create({ model: team.model, input: "hi", background: true, ...body });
}

/** How a call was refused. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ status: unknown; message: unknown; param: unknown }> {
  try {
    await call;
  } catch (error) {
    const { status, error: body } = error as { status: number; error: { message: string; param: string } };
    return { status, message: body.message, param: body.param };
  }
  throw new Error("nothing was refused");
}
