import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { newId } from "#server/ids";
import { eventually } from "#tests/support/eventually";
import { sealedSecret } from "#tests/support/sealed-secret";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";
import { startWebhookReceiver, type WebhookReceiver } from "#tests/support/webhook-receiver";

const server = inject("server");
let team: TestTeam;
let receiver: WebhookReceiver;
const signingSecret = `whsec_${randomBytes(32).toString("base64")}`;

/** An endpoint of a team's that hears of completed responses. */
async function addEndpoint(endpoint: { teamId: string; url: string; backgroundOnly: boolean }): Promise<void> {
  const { teamId, url, backgroundOnly } = endpoint;
  await query(
    server,
    `INSERT INTO webhook_endpoint (team_id, id, name, url, events, background_only, secret, secret_hint)
     VALUES ($1, $2, 'Ours', $3, '{response.completed}', $4, $5, '')`,
    [teamId, newId("webhookEndpoint"), url, backgroundOnly, sealedSecret(signingSecret)],
  );
}

beforeAll(async () => {
  team = await createTeam(server);
  receiver = await startWebhookReceiver();
  await addEndpoint({ teamId: team.teamId, url: receiver.url, backgroundOnly: false });
});
afterAll(() => receiver.close());

it("the end of a stored response reaches a webhook, and openai's client verifies it", async () => {
  const client = openaiClient(server, team.key, { webhookSecret: signingSecret });
  const unstored = await client.responses.create({ model: "builtin/echo", input: "Unheard.", store: false });
  const response = await client.responses.create({ model: "builtin/echo", input: "Heard." });
  const [request] = await eventually(() => {
    expect(receiver.received).toHaveLength(1);
    return receiver.received;
  });
  const event = await client.webhooks.unwrap(request?.body ?? "", request?.headers ?? {});
  expect(event).toMatchObject({ object: "event", type: "response.completed", data: { id: response.id } });
  expect(request?.body).not.toContain("Heard.");
  await eventually(async () => {
    const rows = await query(server, "SELECT response_id, status FROM webhook_delivery WHERE team_id = $1", [
      team.teamId,
    ]);
    expect(rows).toEqual([{ response_id: response.id, status: "delivered" }]);
  });
  expect(unstored.id).not.toBe(response.id);
});

it("so does the end of one in a conversation", async () => {
  receiver.reset();
  const client = openaiClient(server, team.key);
  const { id: conversation } = await client.conversations.create({});
  const response = await client.responses.create({ model: "builtin/echo", input: "In a conversation.", conversation });
  await eventually(() => {
    expect(receiver.received.map(({ body }) => JSON.parse(body).data)).toEqual([{ id: response.id }]);
  });
});

it("an endpoint of background responses hears of those alone", async () => {
  receiver.reset();
  const background = receiver.url.replace("/hook", "/background");
  const other = await createTeam(server);
  await addEndpoint({ teamId: other.teamId, url: background, backgroundOnly: true });
  const client = openaiClient(server, other.key);
  await client.responses.create({ model: "builtin/echo", input: "Waited for." });
  const queued = await client.responses.create({ model: "builtin/echo", input: "Not waited for.", background: true });
  await eventually(() => expect(receiver.received).toHaveLength(1));
  const [request] = receiver.received;
  expect(request?.path).toBe("/background");
  expect(JSON.parse(request?.body ?? "")).toMatchObject({ type: "response.completed", data: { id: queued.id } });
  // Told in the transaction that stores its end: whoever hears of it can read it.
  expect(await client.responses.retrieve(queued.id)).toMatchObject({ status: "completed" });
});
