import { describe, expect, it } from "vitest";
import { prisma } from "#server/db/client";
import type { FakeClock } from "#tests/support/fake-clock";
import { createMember } from "#tests/support/people";
import type { WebhookReceiver } from "#tests/support/webhook-receiver";
import { beforeEachWebhookTest, type WebhookTeam } from "#tests/support/webhook-team";

let receiver: WebhookReceiver;
let clock: FakeClock;
let team: WebhookTeam;

beforeEachWebhookTest((setup) => {
  ({ receiver, clock, team } = setup);
});

describe("announcing", () => {
  it("stores a delivery with the response, for each endpoint that listens to its end", async () => {
    const all = await team.addWebhook({ name: "All", backgroundOnly: false });
    const background = await team.addWebhook({ events: ["response.completed"] });
    await team
      .addWebhook({ name: "Off" })
      .then(({ webhook }) => team.owner.call.webhooks.update({ id: webhook.id, enabled: false }));
    const completed = await team.finish("completed");
    const failed = await team.finish("failed");
    const foreground = await team.finish("completed", false);
    await team.finish("incomplete");
    await team.finish("in_progress");
    const heard = (await team.rows()).map(({ endpointId, responseId, eventType }) => [
      endpointId,
      responseId,
      eventType,
    ]);
    expect(heard).toEqual([
      [all.webhook.id, completed, "response.completed"],
      [background.webhook.id, completed, "response.completed"],
      [all.webhook.id, failed, "response.failed"],
      [all.webhook.id, foreground, "response.completed"],
    ]);
    expect(await prisma().response.count({ where: { teamId: team.teamId } })).toBe(5);
  });

  it("stores a response whose endpoint is gone by then, and no delivery", async () => {
    const { webhook } = await team.addWebhook();
    await team.finish();
    await prisma().webhookEndpoint.deleteMany({ where: { teamId: team.teamId, id: webhook.id } });
    await prisma().webhookDelivery.deleteMany({ where: { teamId: team.teamId } });
    // What this node remembers of the team's endpoints is up to ten seconds old.
    const id = await team.finish();
    expect(await prisma().response.count({ where: { teamId: team.teamId, id } })).toBe(1);
    expect(await team.rows()).toEqual([]);
  });

  it("tells of one end under one event id, in OpenAI's shape, without any content", async () => {
    await team.addWebhook();
    await team.addWebhook({ name: "Second" });
    const id = await team.finish();
    const [first, second] = await team.rows();
    expect(first?.eventId).toBe(second?.eventId);
    expect(JSON.parse(first?.payload ?? "")).toEqual({
      id: first?.eventId,
      object: "event",
      type: "response.completed",
      created_at: Math.floor(clock.now() / 1000),
      data: { id },
    });
    expect(first?.eventId).toMatch(/^evt_/);
  });
});

describe("endpoints", () => {
  it("are listed without their secret, with how they did lately", async () => {
    const { webhook, signingSecret } = await team.addWebhook();
    await team.finish();
    await team.finish("failed");
    receiver.answer({ status: 204 }, { status: 500 });
    await team.deliverDue();
    const [listed] = await team.owner.call.webhooks.list();
    expect(listed).toMatchObject({
      id: webhook.id,
      url: receiver.url,
      events: ["response.completed", "response.failed"],
      secretHint: `…${signingSecret.slice(-4)}`,
      recent: { pending: 1, delivered: 1, failed: 0 },
    });
    expect(JSON.stringify(listed)).not.toContain(signingSecret);
    const stored = await prisma().webhookEndpoint.findFirst({ where: { id: webhook.id } });
    expect(JSON.stringify(stored)).not.toContain(signingSecret.slice(6));
  });

  it("refuse addresses that users may not name, and this machine to all but owners", async () => {
    const admin = await createMember({ teamId: team.teamId, role: "admin" });
    const settings = { name: "x", events: ["response.completed" as const], backgroundOnly: true };
    await expect(team.addWebhook({ url: "http://169.254.169.254/" })).rejects.toThrow("OUTBOUND_ALLOW");
    await expect(team.addWebhook({ url: "ftp://example.com/" })).rejects.toThrow("http and https");
    await expect(admin.call.webhooks.create({ ...settings, url: receiver.url })).rejects.toThrow("OUTBOUND_ALLOW");
    await expect(team.addWebhook({ events: [] })).rejects.toThrow("Choose at least one event");
  });

  it("are 20 at most", async () => {
    for (let count = 0; count < 20; count += 1) await team.addWebhook({ name: `n${count}` });
    await expect(team.addWebhook()).rejects.toThrow("at most 20");
  });

  it("change only where they are told to", async () => {
    const { webhook } = await team.addWebhook();
    const changed = await team.owner.call.webhooks.update({ id: webhook.id, events: ["response.cancelled"] });
    expect(changed).toMatchObject({ name: "Ours", url: receiver.url, events: ["response.cancelled"], enabled: true });
    await team.finish("completed");
    const id = await team.finish("cancelled");
    expect((await team.rows()).map(({ responseId }) => responseId)).toEqual([id]);
  });
});
