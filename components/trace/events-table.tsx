import { formatDuration, formatExact } from "#components/format/numbers";
import { keyed } from "#components/ui/keyed";
import { Table, Td, Th, Tr } from "#components/ui/table";

/** Events of one type in a row: how many, and when the first and the last of them went out. */
export interface EventRun {
  type: string;
  count: number;
  /** Milliseconds after the start. */
  firstMs: number;
  lastMs: number;
}

/** The stream's events by time, runs of one type joined. */
export function EventsTable({ events }: { events: readonly EventRun[] }) {
  const head = (
    <>
      <Th align="right" className="w-28">
        After
      </Th>
      <Th>Event</Th>
      <Th align="right">Count</Th>
      <Th align="right">Lasted</Th>
    </>
  );
  return (
    <Table label="Events" head={head} dense className="rounded-md border bg-surface [&_th]:bg-surface">
      {keyed(events, (event) => `${event.type} ${event.firstMs}`).map(({ key, item: event }) => (
        <Tr key={key}>
          <Td align="right">{formatDuration(event.firstMs)}</Td>
          <Td className="figures text-sm">{event.type}</Td>
          <Td align="right" className="text-ink-2">
            {event.count > 1 ? formatExact(event.count) : ""}
          </Td>
          <Td align="right" className="text-ink-2">
            {event.count > 1 ? formatDuration(event.lastMs - event.firstMs) : ""}
          </Td>
        </Tr>
      ))}
    </Table>
  );
}
