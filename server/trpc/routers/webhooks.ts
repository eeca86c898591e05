import { CreateWebhookInput, createWebhook } from "#server/services/webhooks/create-webhook";
import { DeleteWebhookInput, deleteWebhook } from "#server/services/webhooks/delete-webhook";
import { ListDeliveriesInput, listDeliveries } from "#server/services/webhooks/list-deliveries";
import { listWebhooks } from "#server/services/webhooks/list-webhooks";
import { RedeliverWebhookInput, redeliverWebhook } from "#server/services/webhooks/redeliver-webhook";
import { RotateWebhookSecretInput, rotateWebhookSecret } from "#server/services/webhooks/rotate-webhook-secret";
import { TestWebhookInput, testWebhook } from "#server/services/webhooks/test-webhook";
import { UpdateWebhookInput, updateWebhook } from "#server/services/webhooks/update-webhook";
import { router, teamProcedure } from "#server/trpc/trpc";

/** Who is told of the ends of responses, and what became of each telling. */
export const webhooksRouter = router({
  list: teamProcedure("webhooks.read").query(listWebhooks),
  create: teamProcedure("webhooks.manage").input(CreateWebhookInput).mutation(createWebhook),
  update: teamProcedure("webhooks.manage").input(UpdateWebhookInput).mutation(updateWebhook),
  rotateSecret: teamProcedure("webhooks.manage").input(RotateWebhookSecretInput).mutation(rotateWebhookSecret),
  delete: teamProcedure("webhooks.manage").input(DeleteWebhookInput).mutation(deleteWebhook),
  test: teamProcedure("webhooks.manage").input(TestWebhookInput).mutation(testWebhook),
  deliveries: teamProcedure("webhooks.read").input(ListDeliveriesInput).query(listDeliveries),
  redeliver: teamProcedure("webhooks.manage").input(RedeliverWebhookInput).mutation(redeliverWebhook),
});
