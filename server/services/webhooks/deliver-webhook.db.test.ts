import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { config, setConfig } from "#server/config";
import { prisma } from "#server/db/client";
import { deliverWebhook } from "#server/services/webhooks/deliver-webhook";
import { sweepWebhooks } from "#server/services/webhooks/sweep-webhooks";
import type { FakeClock } from "#tests/support/fake-clock";
import type { WebhookReceiver } from "#tests/support/webhook-receiver";
import { beforeEachWebhookTest, type WebhookTeam } from "#tests/support/webhook-team";

const never = new AbortController().signal;
const HOUR = 3_600_000;
let receiver: WebhookReceiver;
let clock: FakeClock;
let team: WebhookTeam;

beforeEachWebhookTest((setup) => {
  ({ receiver, clock, team } = setup);
});

describe("delivering", () => {
  it("posts what openai's client verifies, once", async () => {
    setClock();
    const { webhook, signingSecret } = await team.addWebhook();
    const id = await team.finish();
    await team.deliverDue();
    await team.deliverDue();
    expect(receiver.received).toHaveLength(1);
    const [request] = receiver.received;
    const client = new OpenAI({ apiKey: "unused", webhookSecret: signingSecret });
    const event = await client.webhooks.unwrap(request?.body ?? "", request?.headers ?? {});
    expect(event).toMatchObject({ type: "response.completed", data: { id } });
    expect(request?.headers["webhook-id"]).toBe(event.id);
    expect(request?.headers["content-type"]).toBe("application/json");
    const [delivery] = await team.log(webhook.id);
    expect(delivery).toMatchObject({ status: "delivered", attemptCount: 1, nextAttemptAt: null });
    expect(delivery?.attempts).toMatchObject([{ number: 1, status: 204, error: null, snippet: "" }]);
  });

  it("tries again after 10 s, 20 s, 40 s, with the same id and body and a new time", async () => {
    const { webhook } = await team.addWebhook();
    await team.finish();
    receiver.answer({ status: 500, body: "no\u0000t now" }, { status: 503 }, { status: 404 });
    for (const wait of [0, 10_000, 20_000, 40_000]) {
      clock.advance(wait - 1);
      await team.deliverDue();
      const before = receiver.received.length;
      clock.advance(1);
      await team.deliverDue();
      if (wait > 0) expect(receiver.received).toHaveLength(before + 1);
    }
    expect(receiver.received).toHaveLength(4);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(4);
    const [delivery] = await team.log(webhook.id);
    expect(delivery).toMatchObject({ status: "delivered", attemptCount: 4 });
    expect(delivery?.attempts.map(({ status, error }) => [status, error])).toEqual([
      [500, "Answered with status 500."],
      [503, "Answered with status 503."],
      [404, "Answered with status 404."],
      [204, null],
    ]);
    expect(delivery?.attempts[0]?.snippet).toBe("no\ufffdt now");
  });

  it("waits at most three hours between two tries, and gives up after 24 hours", async () => {
    const { webhook } = await team.addWebhook();
    await team.finish();
    receiver.answer(...Array.from({ length: 40 }, () => ({ status: 500 })));
    let longest = 0;
    const start = clock.now();
    for (;;) {
      await team.deliverDue();
      const [row] = await team.rows();
      if (!row?.nextAttemptAt) break;
      const wait = row.nextAttemptAt.getTime() - clock.now();
      longest = Math.max(longest, wait);
      clock.advance(wait);
    }
    const [delivery] = await team.log(webhook.id);
    expect(delivery?.status).toBe("failed");
    expect(longest).toBe(3 * HOUR);
    expect(clock.now() - start).toBeGreaterThan(20 * HOUR);
    expect(clock.now() - start).toBeLessThanOrEqual(24 * HOUR);
    expect(delivery?.attemptCount).toBe(receiver.received.length);
  });

  it("waits as long as a receiver asks", async () => {
    await team.addWebhook();
    await team.finish();
    receiver.answer({ status: 429, headers: { "retry-after": "120" } });
    await team.deliverDue();
    const [row] = await team.rows();
    expect(row?.nextAttemptAt?.getTime()).toBe(clock.now() + 120_000);
  });

  it("follows no redirect", async () => {
    const { webhook } = await team.addWebhook();
    await team.finish();
    receiver.answer({ status: 307, headers: { location: `${receiver.url}/elsewhere` } });
    await team.deliverDue();
    expect(receiver.received.map(({ path }) => path)).toEqual(["/hook"]);
    expect((await team.log(webhook.id))[0]?.attempts).toMatchObject([
      { status: 307, error: "Redirected (307); deliveries follow no redirects." },
    ]);
  });

  it("keeps the beginning of a long answer and takes it for what it is", async () => {
    const { webhook } = await team.addWebhook();
    await team.finish();
    receiver.answer({ status: 200, body: "x".repeat(100_000) });
    await team.deliverDue();
    const [delivery] = await team.log(webhook.id);
    expect(delivery?.status).toBe("delivered");
    expect(delivery?.attempts[0]?.snippet).toHaveLength(500);
  });

  it("goes to no address that users may not name, also when the row says so", async () => {
    const { webhook } = await team.addWebhook();
    await prisma().webhookEndpoint.updateMany({
      where: { id: webhook.id },
      data: { url: "http://169.254.169.254/latest/meta-data/" },
    });
    await team.finish();
    await team.deliverDue();
    const [delivery] = await team.log(webhook.id);
    expect(delivery?.status).toBe("pending");
    expect(delivery?.attempts[0]).toMatchObject({ status: null, error: expect.stringContaining("OUTBOUND_ALLOW") });
  });

  it.each(["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0", "localhost"])(
    "connects to no listener at %s once its operator has not allowed it",
    async (host) => {
      const { webhook } = await team.addWebhook();
      const { port } = new URL(receiver.url);
      const url = `http://${host}:${port}/`;
      await prisma().webhookEndpoint.updateMany({ where: { id: webhook.id }, data: { url } });
      const before = config();
      setConfig({ ...before, HOST: "0.0.0.0", loopbackOnly: false, OUTBOUND_ALLOW: "" });
      await team.finish();
      await team.deliverDue().finally(() => setConfig(before));
      const [delivery] = await team.log(webhook.id);
      expect(delivery?.attempts[0]).toMatchObject({ status: null, error: expect.stringContaining("OUTBOUND_ALLOW") });
      expect([receiver.connections(), receiver.received]).toEqual([0, []]);
    },
  );

  it("makes one attempt when two jobs take it at once, and another when the first was lost", async () => {
    await team.addWebhook();
    await team.finish();
    const [row] = await team.rows();
    const input = { teamId: team.teamId, id: row?.id ?? "" };
    await Promise.all([deliverWebhook({ input, signal: never }), deliverWebhook({ input, signal: never })]);
    expect(receiver.received).toHaveLength(1);

    await team.finish();
    const lost = (await team.rows())[1];
    const leasedUntil = new Date(clock.now() + 45_000);
    await prisma().webhookDelivery.updateMany({ where: { id: lost?.id ?? "" }, data: { leasedUntil } });
    await team.deliverDue();
    expect(receiver.received).toHaveLength(1);
    clock.advance(45_000);
    await team.deliverDue();
    expect(receiver.received).toHaveLength(2);
  });

  it("stops when the endpoint is disabled, deleted, or its team is", async () => {
    const { webhook } = await team.addWebhook();
    await team.finish();
    await team.owner.call.webhooks.update({ id: webhook.id, enabled: false });
    await team.deliverDue();
    expect((await team.log(webhook.id))[0]).toMatchObject({ status: "stopped", attemptCount: 0 });
    await expect(team.owner.call.webhooks.redeliver({ deliveryId: (await team.rows())[0]?.id ?? "" })).rejects.toThrow(
      "is disabled",
    );

    await team.owner.call.webhooks.update({ id: webhook.id, enabled: true });
    await team.finish();
    await team.owner.call.webhooks.delete({ id: webhook.id });
    expect(await team.rows()).toEqual([]);

    await team.addWebhook();
    await team.finish();
    await prisma().team.delete({ where: { id: team.teamId } });
    await team.deliverDue();
    expect(await team.rows()).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  it("is sent once more on demand, whatever became of it, under the same id", async () => {
    const { webhook } = await team.addWebhook();
    await team.finish();
    await team.deliverDue();
    const deliveryId = (await team.rows())[0]?.id ?? "";
    clock.advance(48 * HOUR);
    receiver.answer({ status: 500 });
    expect(await team.owner.call.webhooks.redeliver({ deliveryId })).toMatchObject({ status: "pending" });
    await team.deliverDue();
    expect((await team.log(webhook.id))[0]).toMatchObject({ status: "pending", attemptCount: 2 });
    clock.advance(10_000);
    await team.deliverDue();
    expect((await team.log(webhook.id))[0]).toMatchObject({ status: "delivered", attemptCount: 3 });
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("signs with the new secret after a rotation", async () => {
    setClock();
    const { webhook, signingSecret: old } = await team.addWebhook();
    const { signingSecret } = await team.owner.call.webhooks.rotateSecret({ id: webhook.id });
    expect(signingSecret).not.toBe(old);
    const { deliveryId } = await team.owner.call.webhooks.test({ id: webhook.id, event: "response.failed" });
    await team.deliverDue();
    expect((await team.rows())[0]?.id).toBe(deliveryId);
    const { body = "", headers = {} } = receiver.received[0] ?? {};
    const client = new OpenAI({ apiKey: "unused" });
    await expect(client.webhooks.unwrap(body, headers, old)).rejects.toThrow();
    expect(await client.webhooks.unwrap(body, headers, signingSecret)).toMatchObject({ type: "response.failed" });
  });
});

describe("the sweep", () => {
  it("removes what ended long ago, and nothing that is still to be sent", async () => {
    await team.addWebhook();
    await team.finish();
    await team.deliverDue();
    await team.finish();
    clock.advance(31 * 24 * HOUR);
    await sweepWebhooks(never);
    expect((await team.rows()).map(({ status }) => status)).toEqual(["pending"]);
  });
});
