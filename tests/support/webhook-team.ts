import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { setClock } from "#server/clock";
import { prisma } from "#server/db/client";
import { saveResponse } from "#server/db/responses";
import { newId } from "#server/ids";
import { closePools } from "#server/outbound/pools";
import { announceResponse } from "#server/services/webhooks/announce-response";
import { deliverWebhook } from "#server/services/webhooks/deliver-webhook";
import { createTeam, openTestDatabase, type TestDatabase } from "#tests/support/database";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";
import { createMember, type Person } from "#tests/support/people";
import { startWebhookReceiver, type WebhookReceiver } from "#tests/support/webhook-receiver";

type Settings = Parameters<Person["call"]["webhooks"]["create"]>[0];

/** A team whose responses end when a test says so, and whose deliveries are sent when it says so. */
export interface WebhookTeam {
  teamId: string;
  owner: Person;
  /** Adds an endpoint at the address given, of two events, for background responses. */
  addWebhook(change?: Partial<Settings>): ReturnType<Person["call"]["webhooks"]["create"]>;
  /** Stores a finished response the way a run does; its id. */
  finish(status?: string, background?: boolean): Promise<string>;
  /** The team's deliveries as they are stored, the oldest first. */
  rows(): ReturnType<ReturnType<typeof prisma>["webhookDelivery"]["findMany"]>;
  /** Makes the attempts that are due now, as the job would. */
  deliverDue(): Promise<void>;
  /** What the dashboard shows of an endpoint's deliveries, the newest first. */
  log(webhookId: string): Promise<Awaited<ReturnType<Person["call"]["webhooks"]["deliveries"]>>["deliveries"]>;
}

/** Makes the team; `url` is where its endpoints are. */
async function createWebhookTeam(url: string, now: () => number): Promise<WebhookTeam> {
  const { teamId } = await createTeam();
  const owner = await createMember({ teamId, role: "owner" });
  const rows = () => prisma().webhookDelivery.findMany({ where: { teamId }, orderBy: { id: "asc" } });
  const base: Settings = {
    name: "Ours",
    url,
    events: ["response.completed", "response.failed"],
    backgroundOnly: true,
  };
  return {
    teamId,
    owner,
    rows,
    addWebhook: (change = {}) => owner.call.webhooks.create({ ...base, ...change }),
    async finish(status = "completed", background = true) {
      const id = newId("response");
      const response = {
        ...{ teamId, id, status, model: "builtin/demo", body: "{}", createdAt: now(), completedAt: null },
        ...{ previousResponseId: null, apiKeyId: null, userId: null },
        ...{ historyItemIds: [], inputItemIds: [], outputItemIds: [] },
      };
      await announceResponse({
        teamId,
        response: { id, status, background },
        store: (deliveries) => saveResponse({ response, items: [], conversationId: null, deliveries }),
      });
      return id;
    },
    async deliverDue() {
      const { signal } = new AbortController();
      for (const { id } of await rows()) await deliverWebhook({ input: { teamId, id }, signal });
    },
    log: async (webhookId) => (await owner.call.webhooks.deliveries({ webhookId })).deliveries,
  };
}

/** What each test of a suite about webhooks starts with. */
export interface WebhookSetup {
  receiver: WebhookReceiver;
  clock: FakeClock;
  team: WebhookTeam;
}

/** Opens a database and a receiver for this suite, and hands a new team and a clock of its own to each test. */
export function beforeEachWebhookTest(take: (setup: WebhookSetup) => void): void {
  let database: TestDatabase;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    database = await openTestDatabase();
    receiver = await startWebhookReceiver();
  });
  afterAll(async () => {
    await closePools();
    await receiver.close();
    await database.close();
  });
  beforeEach(async () => {
    receiver.reset();
    const clock = installFakeClock();
    take({ receiver, clock, team: await createWebhookTeam(receiver.url, () => clock.now()) });
  });
  afterEach(() => setClock());
}
