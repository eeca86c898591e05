import { WEBHOOK_EVENTS } from "#server/protocol/webhooks";

export const webhookEvents = WEBHOOK_EVENTS;

/** What each event means. */
export const eventMeanings: Record<(typeof WEBHOOK_EVENTS)[number], string> = {
  "response.completed": "It answered.",
  "response.failed": "It ended with an error.",
  "response.incomplete": "It was cut off: token limit or content filter.",
  "response.cancelled": "It was stopped.",
};

/** The events that a webhook is told of. */
export function eventsOf({ events }: { events: readonly string[] }): (typeof WEBHOOK_EVENTS)[number][] {
  return WEBHOOK_EVENTS.filter((event) => events.includes(event));
}

/** A webhook's events in few words: `Every end`, `completed, failed`. */
export function describeEvents(events: readonly string[]): string {
  if (events.length === WEBHOOK_EVENTS.length) return "Every end";
  return events.map((event) => event.replace("response.", "")).join(", ");
}
