import { Ban } from "lucide-react";
import { Status } from "#components/ui/status";
import type { Delivery } from "../../_components/webhook-types";

/** What became of a delivery, in a word. */
export function DeliveryState({ delivery }: { delivery: Pick<Delivery, "status" | "attemptCount"> }) {
  switch (delivery.status) {
    case "delivered":
      return <Status tone="ok">Delivered</Status>;
    case "failed":
      return <Status tone="danger">Failed</Status>;
    case "stopped":
      return (
        <Status tone="neutral" icon={Ban}>
          Stopped
        </Status>
      );
    case "pending":
      return delivery.attemptCount > 0 ? (
        <Status tone="warning">To be tried again</Status>
      ) : (
        <Status tone="running">Sending</Status>
      );
  }
}
