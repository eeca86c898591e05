"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { MailPlus, X } from "lucide-react";
import { useState } from "react";
import { useMay } from "#components/shell/shell-context";
import { type Outputs, useTRPC, useTRPCClient } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { IconButton } from "#components/ui/icon-button";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { TableSkeleton } from "#components/ui/skeleton";
import { Status } from "#components/ui/status";
import { toast } from "#components/ui/toast";
import { InviteDialog } from "./invite-dialog";
import { roleOptions } from "./roles";
import { Section } from "./section";

type Invitation = Outputs["team"]["invitations"][number];

const states = {
  open: { tone: "running", word: "Open" },
  accepted: { tone: "ok", word: "Accepted" },
  revoked: { tone: "neutral", word: "Taken back" },
  expired: { tone: "warning", word: "Expired" },
} as const;

/** Links that admit somebody, open and past. */
export function InvitationsSection() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const mayInvite = useMay("invitations.manage");
  const invitations = useQuery(trpc.team.invitations.queryOptions());
  const [inviting, setInviting] = useState(false);
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const revoke = async () => {
    if (!revoking) return;
    await client.team.revokeInvitation.mutate({ id: revoking.id });
    await queryClient.invalidateQueries({ queryKey: trpc.team.invitations.queryKey() });
    toast({ title: "The link does not work any more" });
  };
  const invite = mayInvite && (
    <Button icon={MailPlus} onClick={() => setInviting(true)}>
      Invite
    </Button>
  );
  return (
    <Section title="Invitations" description="A link you pass on yourself. Each admits one person." action={invite}>
      <QueryView
        query={invitations}
        title="The invitations could not be loaded"
        skeleton={<TableSkeleton rows={2} columns={3} />}
      >
        {(rows) =>
          rows.length === 0 ? (
            <p className="rounded-md border border-dashed px-3 py-4 text-ink-2">Nobody is invited at the moment.</p>
          ) : (
            <ul className="rounded-md border bg-surface">
              {rows.map((row) => (
                <InvitationRow
                  key={row.id}
                  invitation={row}
                  onRevoke={mayInvite ? () => setRevoking(row) : undefined}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      <InviteDialog open={inviting} onOpenChange={setInviting} />
      {revoking && (
        <ConfirmDialog
          open
          onOpenChange={() => setRevoking(null)}
          title="Take the invitation back?"
          action="Take back"
          onConfirm={revoke}
        >
          Its link stops working at once.
        </ConfirmDialog>
      )}
    </Section>
  );
}

function InvitationRow({ invitation, onRevoke }: { invitation: Invitation; onRevoke?: () => void }) {
  const state = states[invitation.status];
  const role = roleOptions.find((each) => each.value === invitation.role)?.label ?? invitation.role;
  return (
    <li className="flex items-center gap-3 border-b px-3 py-2 last:border-b-0">
      <span className="min-w-0 flex-1">
        <span className="block truncate">
          {role}
          {invitation.email && <span className="text-ink-2"> for {invitation.email}</span>}
        </span>
        <span className="block truncate text-ink-3 text-sm">
          made <RelativeTime at={invitation.createdAt} />
          {invitation.createdBy && ` by ${invitation.createdBy}`}
          {invitation.status === "open" && (
            <>
              , ends <RelativeTime at={invitation.expiresAt} />
            </>
          )}
        </span>
      </span>
      <Status tone={state.tone} icon={invitation.status === "open" ? MailPlus : undefined}>
        {state.word}
      </Status>
      {invitation.status === "open" && onRevoke ? (
        <IconButton icon={X} label="Take the invitation back" size="sm" onClick={onRevoke} />
      ) : (
        <span className="w-6" />
      )}
    </li>
  );
}
