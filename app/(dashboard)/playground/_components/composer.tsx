"use client";
import { ArrowUp, Square } from "lucide-react";
import { useRef } from "react";
import { Button } from "#components/ui/button";

export interface ComposerProps {
  draft: string;
  onDraft: (text: string) => void;
  running: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** The field for the next message. Enter sends, Shift+Enter breaks the line, Escape stops. */
export function Composer({ draft, onDraft, running, onSend, onStop }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const send = () => {
    const text = draft.trim();
    if (text && !running) onSend(text);
    field.current?.focus();
  };
  return (
    <div className="flex flex-col rounded-lg border border-edge bg-surface focus-within:border-accent">
      <textarea
        ref={field}
        aria-label="Message"
        rows={2}
        value={draft}
        placeholder="Ask something"
        onChange={(event) => onDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && running) onStop();
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
        className="field-sizing-content max-h-60 min-h-14 w-full resize-none bg-transparent px-3.5 pt-2.5 text-md outline-none"
      />
      <div className="flex items-center justify-between gap-2 px-2 pb-2">
        <span className="pl-1.5 text-ink-3 text-sm max-sm:hidden">Enter sends, Shift+Enter starts a new line</span>
        {running ? (
          <Button icon={Square} className="ml-auto" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button variant="primary" icon={ArrowUp} className="ml-auto" disabled={!draft.trim()} onClick={send}>
            Send
          </Button>
        )}
      </div>
    </div>
  );
}
