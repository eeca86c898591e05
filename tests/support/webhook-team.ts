import { prisma } from "#server/db/client";
import { saveResponse } from "#server/db/responses";
import { newId } from "#server/ids";
import { announceResponse } from "#server/services/webhooks/announce-response";
import { deliverWebhook } from "#server/services/webhooks/deliver-webhook";
import { createTeam } from "#tests/support/database";
import { createMember, type Person } from "#tests/support/people";

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
export async function createWebhookTeam(url: string, now: () => number): Promise<WebhookTeam> {
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
