"use client";
import { Check, ShieldCheck, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Form } from "#components/form/form";
import { ArgumentsView } from "#components/items/arguments-view";
import { OnServer } from "#components/items/on-server";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";
import { RelativeTime } from "#components/ui/relative-time";
import { Status } from "#components/ui/status";

/** What a person says of a call that waits. */
export interface Verdict {
  approve: boolean;
  /** Told to the model. */
  reason?: string;
}

export interface AskedCall {
  serverLabel: string | null;
  serverUrl: string | null;
  tool: string | null;
  /** JSON text; null where it is too long for a list. */
  arguments: string | null;
  decision: { approve: boolean; reason: string | null; by: string | null; at: Date } | null;
}

export interface ApprovalCardProps {
  call: AskedCall;
  /** Absent where nothing can be said: for roles that may not, and calls that nobody here can let run. */
  onAnswer?: ((verdict: Verdict) => void) | undefined;
  busy?: boolean;
}

/** One call that waits for a person: where it goes, with which arguments, and the two answers. */
export function ApprovalCard({ call, onAnswer, busy = false }: ApprovalCardProps) {
  const [denying, setDenying] = useState(false);
  const [reason, setReason] = useState("");
  const name = call.tool ?? "a tool";
  return (
    <section aria-label={`Call of ${name}`} className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-60">
          <span className="figures font-medium text-sm">{name}</span>
          <OnServer label={call.serverLabel} />
          {call.serverUrl && <span className="figures block truncate text-ink-3 text-xs">{call.serverUrl}</span>}
        </p>
        {onAnswer && !denying && (
          <div className="flex shrink-0 gap-2">
            <Button size="sm" icon={X} disabled={busy} onClick={() => setDenying(true)}>
              Deny
            </Button>
            <Button size="sm" icon={Check} busy={busy} onClick={() => onAnswer({ approve: true })}>
              Approve
            </Button>
          </div>
        )}
      </div>
      <div className="min-w-0 overflow-hidden rounded-md border bg-canvas">
        {call.arguments === null ? (
          <p className="px-3 py-2 text-ink-2">Its arguments are too long to show here: open the response.</p>
        ) : (
          <ArgumentsView text={call.arguments} />
        )}
      </div>
      {call.decision && <Decided decision={call.decision} isOpen={onAnswer !== undefined} />}
      {onAnswer && denying && (
        <Form
          className="gap-2 sm:flex-row sm:items-end"
          onSubmit={() => onAnswer({ approve: false, ...(reason.trim() && { reason: reason.trim() }) })}
        >
          <Field label="Reason" optional className="flex-1">
            <Input
              autoFocus
              maxLength={2000}
              value={reason}
              placeholder="The model is told"
              onChange={(event) => setReason(event.target.value)}
            />
          </Field>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setDenying(false)}>Cancel</Button>
            <Button type="submit" icon={X} busy={busy}>
              Deny call
            </Button>
          </div>
        </Form>
      )}
    </section>
  );
}

function Decided({ decision, isOpen }: { decision: NonNullable<AskedCall["decision"]>; isOpen: boolean }) {
  const { approve, reason, by, at } = decision;
  const waits: ReactNode = isOpen ? "; the run goes on once the others are answered too" : null;
  return (
    <p className="flex flex-wrap items-center gap-x-1.5 text-ink-2 text-sm">
      <Status tone={approve ? "ok" : "danger"} icon={approve ? ShieldCheck : undefined}>
        {approve ? "Approved" : "Denied"}
      </Status>
      <span>
        {by && `by ${by} `}
        <RelativeTime at={at} />
        {reason && `: ${reason}`}
        {waits}
      </span>
    </p>
  );
}
