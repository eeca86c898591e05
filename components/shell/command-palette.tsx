"use client";
import { Dialog as Base } from "@base-ui/react/dialog";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useState } from "react";
import { type Destination, visibleDestinations } from "#components/shell/navigation";
import { useShell } from "#components/shell/shell-context";
import { cn } from "#components/ui/cn";
import { Kbd } from "#components/ui/kbd";
import { backdropClass, itemClass } from "#components/ui/popup-styles";

/** Where an id typed into the palette leads; null for other words. */
function destinationOfId(text: string): { href: string; label: string } | null {
  const id = text.trim();
  if (/^[0-9a-f]{32}$/.test(id)) return { href: `/traces/${id}`, label: `Open trace ${id.slice(0, 8)}…` };
  if (/^vs_\w+$/.test(id)) return { href: `/vector-stores/${id}`, label: `Open vector store ${id.slice(0, 11)}…` };
  if (/^resp_\w+$/.test(id)) return { href: `/traces?search=${id}`, label: `Find the trace of ${id.slice(0, 13)}…` };
  return null;
}

/** Goes to any page, trace or vector store by typing. */
export function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup className="popup-motion fixed top-[12vh] left-1/2 z-40 w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 rounded-lg bg-float shadow-float outline-none">
          <Base.Title className="sr-only">Go to</Base.Title>
          <PaletteContent close={() => onOpenChange(false)} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface Entry {
  href: string;
  label: string;
  destination?: Destination;
}

function PaletteContent({ close }: { close: () => void }) {
  const { me } = useShell();
  const router = useRouter();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const byId = destinationOfId(text);
  const pages: Entry[] = visibleDestinations(me.permissions)
    .flat()
    .filter((each) => each.label.toLowerCase().includes(text.trim().toLowerCase()))
    .map((destination) => ({ href: destination.href, label: destination.label, destination }));
  const entries: Entry[] = byId ? [byId] : pages;
  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    router.push(entry.href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") return go(entries[at]);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || entries.length === 0) return;
    event.preventDefault();
    setAt((at + step + entries.length) % entries.length);
  };
  return (
    <>
      <input
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
        aria-label="Go to a page, or paste a trace, response or vector store id"
        placeholder="Go to a page, or paste an id"
        className="h-11 w-full border-b bg-transparent px-4 text-md outline-none"
      />
      <div id="palette-list" role="listbox" aria-label="Destinations" className="max-h-80 overflow-y-auto p-1.5">
        {entries.map((entry, index) => (
          <PaletteRow
            key={entry.href}
            entry={entry}
            id={`palette-${index}`}
            active={index === at}
            onGo={() => go(entry)}
          />
        ))}
      </div>
      {entries.length === 0 && <p className="px-4 pb-4 text-ink-3">No page is called that.</p>}
    </>
  );
}

function PaletteRow(props: { entry: Entry; id: string; active: boolean; onGo: () => void }) {
  const { entry, id, active, onGo } = props;
  const Icon = entry.destination?.icon;
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      onClick={onGo}
      onKeyDown={undefined}
      className={cn(itemClass, "h-9 hover:bg-raised", active && "bg-raised")}
    >
      {Icon && <Icon aria-hidden className="size-4 text-ink-3" />}
      <span className="min-w-0 flex-1 truncate">{entry.label}</span>
      {entry.destination && (
        <span className="flex gap-1">
          <Kbd>g</Kbd>
          <Kbd>{entry.destination.key}</Kbd>
        </span>
      )}
    </div>
  );
}
