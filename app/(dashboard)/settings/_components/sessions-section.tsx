"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Outputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { errorText } from "#components/ui/error-state";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { TableSkeleton } from "#components/ui/skeleton";
import { Badge } from "#components/ui/status";
import { toast } from "#components/ui/toast";
import { Section } from "./section";
import { describeUserAgent } from "./user-agent";

type Session = Outputs["me"]["sessions"][number];

/** Where the person is signed in. */
export function SessionsSection() {
  const trpc = useTRPC();
  const sessions = useQuery(trpc.me.sessions.queryOptions());
  return (
    <Section title="Sessions" description="Where you are signed in.">
      <QueryView
        query={sessions}
        title="The sessions could not be loaded"
        skeleton={<TableSkeleton rows={2} columns={2} />}
      >
        {(rows) => (
          <ul className="rounded-md border bg-surface">
            {rows.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const revoke = useMutation(
    trpc.me.revokeSession.mutationOptions({
      onSuccess: () => toast({ title: "Signed that session out" }),
      onError: (error) => toast({ kind: "error", title: "The session was not ended", description: errorText(error) }),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.me.sessions.queryKey() }),
    }),
  );
  return (
    <li className="flex items-center gap-3 border-b px-3 py-2 last:border-b-0">
      <span className="min-w-0 flex-1">
        <span className="flex items-center gap-2">
          <span className="truncate">{describeUserAgent(session.userAgent)}</span>
          {session.current && <Badge tone="ok">this one</Badge>}
        </span>
        <span className="block truncate text-ink-3 text-sm">
          {session.address && <span className="figures">{session.address}, </span>}
          used <RelativeTime at={session.lastSeenAt} />, signed in <RelativeTime at={session.createdAt} />
        </span>
      </span>
      {!session.current && (
        <Button size="sm" busy={revoke.isPending} onClick={() => revoke.mutate({ sessionId: session.id })}>
          Sign out
        </Button>
      )}
    </li>
  );
}
