"use client";
import { destinations } from "#components/shell/navigation";
import { Dialog } from "#components/ui/dialog";
import { Kbd } from "#components/ui/kbd";

interface Shortcut {
  keys: readonly string[];
  does: string;
}

const general: readonly Shortcut[] = [
  { keys: ["⌘", "K"], does: "Go anywhere" },
  { keys: ["?"], does: "Show this list" },
  { keys: ["["], does: "Fold or unfold the sidebar" },
  { keys: ["j"], does: "Next row of a table" },
  { keys: ["k"], does: "Previous row" },
  { keys: ["Enter"], does: "Open the row" },
];

/** Every key that does something everywhere. */
export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const pages = destinations.flat().map((each) => ({ keys: ["g", each.key], does: each.label }));
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        <ShortcutList title="Everywhere" shortcuts={general} />
        <ShortcutList title="Pages" shortcuts={pages} />
      </div>
    </Dialog>
  );
}

function ShortcutList({ title, shortcuts }: { title: string; shortcuts: readonly Shortcut[] }) {
  return (
    <section>
      <h3 className="mb-1.5 text-ink-3 text-sm">{title}</h3>
      <ul className="flex flex-col">
        {shortcuts.map((shortcut) => (
          <li key={shortcut.does} className="flex h-8 items-center justify-between gap-3 border-b">
            {shortcut.does}
            <span className="flex gap-1">
              {shortcut.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
