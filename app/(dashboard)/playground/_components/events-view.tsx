"use client";
import { Radio } from "lucide-react";
import { memo, useState } from "react";
import { formatExact } from "#components/format/numbers";
import { Button } from "#components/ui/button";
import { cn } from "#components/ui/cn";
import { EmptyState } from "#components/ui/empty-state";
import { JsonViewer } from "#components/ui/json-viewer";
import { Select } from "#components/ui/select";
import type { TimedEvent, Turn } from "./turns";

const rowsAtOnce = 300;

/** Every event of a turn as it came, with the time since the request was sent. */
export function EventsView({ turns }: { turns: readonly Turn[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const turn = turns.find((each) => each.id === chosen) ?? turns.at(-1);
  if (!turn) {
    return (
      <EmptyState icon={Radio} title="The raw events of a run appear here">
        Send a message in the chat; each event is listed with the milliseconds since the request.
      </EmptyState>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {turns.length > 1 && (
        <div className="border-b px-4 py-2 lg:px-6">
          <Select
            size="sm"
            label="Turn"
            className="w-56"
            value={turn.id}
            onChange={setChosen}
            options={turns.map((each, at) => ({ value: each.id, label: `Turn ${at + 1}` }))}
          />
        </div>
      )}
      <EventRows key={turn.id} events={turn.events} />
    </div>
  );
}

function EventRows({ events }: { events: readonly TimedEvent[] }) {
  const [shown, setShown] = useState(rowsAtOnce);
  const [open, setOpen] = useState<number | null>(null);
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
      <ol aria-label="Events">
        {events.slice(0, shown).map((timed) => {
          const number = timed.event.sequence_number;
          return (
            <EventRow
              key={number}
              timed={timed}
              open={open === number}
              onToggle={() => setOpen(open === number ? null : number)}
            />
          );
        })}
      </ol>
      {events.length > shown && (
        <Button className="m-4" onClick={() => setShown(events.length)}>
          Show {events.length - shown} more
        </Button>
      )}
    </div>
  );
}

const EventRow = memo(function EventRow({
  timed,
  open,
  onToggle,
}: {
  timed: TimedEvent;
  open: boolean;
  onToggle: () => void;
}) {
  const { event, atMs } = timed;
  return (
    <li className="border-b">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className={cn(
          "figures flex h-7 w-full items-center gap-4 px-4 text-left text-sm outline-offset-[-2px] hover:bg-raised/60 lg:px-6",
          open && "bg-raised/60",
        )}
      >
        <span className="w-8 shrink-0 text-right text-ink-3">{event.sequence_number}</span>
        <span className="w-18 shrink-0 text-right text-ink-2">{formatExact(Math.round(atMs))} ms</span>
        <span className="shrink-0">{event.type}</span>
        <span className="min-w-0 flex-1 truncate text-ink-3">
          {"delta" in event ? JSON.stringify(event.delta) : ""}
        </span>
      </button>
      {open && (
        <div className="px-4 pb-3 lg:px-6">
          <JsonViewer value={event} depth={3} label={event.type} />
        </div>
      )}
    </li>
  );
});
