"use client";
import { MessageSquareText } from "lucide-react";
import { useRef } from "react";
import { Button } from "#components/ui/button";
import { EmptyState } from "#components/ui/empty-state";
import { scrollerProps, useFollowEnd } from "#components/ui/use-follow-end";
import { Composer } from "./composer";
import { OpenCalls } from "./open-calls";
import type { PlaygroundSettings, TurnInput } from "./request-settings";
import { TurnView } from "./turn-view";
import { pendingApprovals, pendingCalls } from "./turns";
import type { Playground } from "./use-playground";

export interface ConversationProps {
  playground: Playground;
  settings: PlaygroundSettings;
  draft: string;
  onDraft: (text: string) => void;
}

/** The turns so far, and the field for the next. Follows the newest words while the reader is at the end. */
export function Conversation({ playground, settings, draft, onDraft }: ConversationProps) {
  const { turns, running, send, stop } = playground;
  const content = useRef<HTMLDivElement>(null);
  const goToEnd = useFollowEnd(content, true);
  const calls = pendingCalls(turns);
  const approvals = pendingApprovals(turns);
  const go = (input: TurnInput) => {
    goToEnd();
    send(settings, input);
  };
  const submit = (text: string) => {
    onDraft("");
    go(text);
  };
  return (
    <>
      <div {...scrollerProps} className="scroll-thin min-h-0 flex-1 overflow-y-auto px-4 lg:px-6">
        <div
          ref={content}
          className="mx-auto flex max-w-200 flex-col gap-8 py-6"
          aria-live="polite"
          aria-busy={running}
        >
          {turns.length === 0 ? (
            <Start withStores={settings.vectorStoreIds.length > 0} onAsk={submit} />
          ) : (
            turns.map((turn) => (
              <TurnView key={turn.id} turn={turn} vectorStoreId={settings.vectorStoreIds[0] ?? null} />
            ))
          )}
        </div>
      </div>
      <div className="shrink-0 px-4 pb-4 lg:px-6">
        <div className="mx-auto max-w-200">
          {calls.length + approvals.length > 0 ? (
            <OpenCalls key={turns.at(-1)?.id} calls={calls} approvals={approvals} onSend={go} />
          ) : (
            <Composer draft={draft} onDraft={onDraft} running={running} onSend={submit} onStop={stop} />
          )}
        </div>
      </div>
    </>
  );
}

function Start({ withStores, onAsk }: { withStores: boolean; onAsk: (text: string) => void }) {
  const questions = withStores
    ? ["What are these documents about?", "Which are the main conclusions?"]
    : ["What can you do?", "Explain the Responses API in three sentences."];
  return (
    <EmptyState
      icon={MessageSquareText}
      title="Ask something"
      className="px-0"
      action={questions.map((question) => (
        <Button key={question} onClick={() => onAsk(question)}>
          {question}
        </Button>
      ))}
    >
      Every run here is a real request to this server: it streams, may search your vector stores, cites what it quotes,
      and leaves a trace under your name.
    </EmptyState>
  );
}
