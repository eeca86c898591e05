import { prisma, type TransactionClient } from "#server/db/client";
import { mapped } from "#server/db/mapped";

export interface WebhookEndpointRow {
  teamId: string;
  id: string;
  name: string;
  url: string;
  /** `response.completed`, … */
  events: string[];
  /** False: told of every stored response, not only of those that ran in the background. */
  backgroundOnly: boolean;
  enabled: boolean;
  /** Encrypted; never leaves the server. */
  secret: string;
  /** The secret's last four characters. */
  secretHint: string;
  createdAt: Date;
  updatedAt: Date;
}

export type WebhookEndpointChange = Partial<
  Pick<
    WebhookEndpointRow,
    "name" | "url" | "events" | "backgroundOnly" | "enabled" | "secret" | "secretHint" | "updatedAt"
  >
>;

type Key = { teamId: string; id: string };

/**
 * A team's endpoints, the oldest first.
 * @throws AppError database_unavailable
 */
export async function listWebhookEndpoints(teamId: string): Promise<WebhookEndpointRow[]> {
  return mapped(() => prisma().webhookEndpoint.findMany({ where: { teamId }, orderBy: { id: "asc" } }));
}

/** The team's endpoint of that id, or null. */
export async function findWebhookEndpoint(
  { teamId, id }: Key,
  tx: TransactionClient = prisma(),
): Promise<WebhookEndpointRow | null> {
  return mapped(() => tx.webhookEndpoint.findUnique({ where: { teamId_id: { teamId, id } } }));
}

/** Adds an endpoint. */
export async function insertWebhookEndpoint(row: WebhookEndpointRow, tx: TransactionClient): Promise<void> {
  await tx.webhookEndpoint.create({ data: row });
}

/** Changes what `change` names; the changed row, or null when the team has no such endpoint. */
export async function updateWebhookEndpoint(
  { teamId, id, change }: Key & { change: WebhookEndpointChange },
  tx: TransactionClient,
): Promise<WebhookEndpointRow | null> {
  const { count } = await tx.webhookEndpoint.updateMany({ where: { teamId, id }, data: change });
  return count === 0 ? null : tx.webhookEndpoint.findUnique({ where: { teamId_id: { teamId, id } } });
}

/** Removes an endpoint with its deliveries; null when the team has none of that id, else what it was. */
export async function deleteWebhookEndpoint(
  { teamId, id }: Key,
  tx: TransactionClient,
): Promise<WebhookEndpointRow | null> {
  const row = await tx.webhookEndpoint.findUnique({ where: { teamId_id: { teamId, id } } });
  if (!row) return null;
  await tx.webhookEndpoint.deleteMany({ where: { teamId, id } });
  await tx.webhookDelivery.deleteMany({ where: { teamId, endpointId: id } });
  return row;
}
