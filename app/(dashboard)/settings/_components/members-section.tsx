"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserMinus } from "lucide-react";
import { useState } from "react";
import { useMay, useShell } from "#components/shell/shell-context";
import { initialsOf } from "#components/shell/user-menu";
import { type Inputs, type Outputs, useTRPC, useTRPCClient } from "#components/trpc/client";
import { ConfirmDialog } from "#components/ui/confirm-dialog";
import { errorText } from "#components/ui/error-state";
import { IconButton } from "#components/ui/icon-button";
import { QueryView } from "#components/ui/query-view";
import { RelativeTime } from "#components/ui/relative-time";
import { Select } from "#components/ui/select";
import { TableSkeleton } from "#components/ui/skeleton";
import { toast } from "#components/ui/toast";
import { roleOptions } from "./roles";
import { Section } from "./section";

type Member = Outputs["team"]["members"][number];
export type RoleName = Inputs["team"]["updateMember"]["role"];

/** Everybody in the team with their role. */
export function MembersSection() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const members = useQuery(trpc.team.members.queryOptions());
  const [leaving, setLeaving] = useState<Member | null>(null);
  const remove = async () => {
    if (!leaving) return;
    await client.team.removeMember.mutate({ userId: leaving.userId });
    await queryClient.invalidateQueries({ queryKey: trpc.team.members.queryKey() });
    toast({ title: `Removed ${leaving.name ?? leaving.email}` });
  };
  return (
    <Section title="Members">
      <QueryView
        query={members}
        title="The members could not be loaded"
        skeleton={<TableSkeleton rows={3} columns={3} />}
      >
        {(rows) => (
          <ul className="rounded-md border bg-surface">
            {rows.map((member) => (
              <MemberRow key={member.userId} member={member} onRemove={() => setLeaving(member)} />
            ))}
          </ul>
        )}
      </QueryView>
      {leaving && (
        <ConfirmDialog
          open
          onOpenChange={() => setLeaving(null)}
          title={`Remove ${leaving.name ?? leaving.email}?`}
          action="Remove member"
          onConfirm={remove}
        >
          They lose access at once. API keys they made go on working; revoke those on the API keys page.
        </ConfirmDialog>
      )}
    </Section>
  );
}

function MemberRow({ member, onRemove }: { member: Member; onRemove: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { me } = useShell();
  const mayManage = useMay("members.manage") && (member.role !== "owner" || me.role === "owner");
  const name = member.name ?? member.email;
  const change = useMutation(
    trpc.team.updateMember.mutationOptions({
      onSuccess: () => toast({ title: `Changed the role of ${name}` }),
      onError: (error) => toast({ kind: "error", title: "The role was not changed", description: errorText(error) }),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.team.members.queryKey() }),
    }),
  );
  const options = roleOptions.filter((role) => role.value !== "owner" || me.role === "owner");
  const role = roleOptions.find((each) => each.value === member.role);
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-3 py-2 last:border-b-0">
      <span
        aria-hidden
        className="flex size-7 items-center justify-center rounded-full bg-raised font-medium text-ink-2 text-xs"
      >
        {initialsOf(name)}
      </span>
      <span className="min-w-40 flex-1">
        <span className="block truncate font-medium">
          {name} {member.you && <span className="font-normal text-ink-3">you</span>}
        </span>
        <span className="block truncate text-ink-3 text-sm">
          {member.email} · joined <RelativeTime at={member.joinedAt} />
        </span>
      </span>
      {mayManage && role ? (
        <Select
          label={`Role of ${name}`}
          size="sm"
          className="w-32"
          value={role.value}
          options={options}
          onChange={(next: RoleName) => change.mutate({ userId: member.userId, role: next })}
        />
      ) : (
        <span className="text-ink-2">{role?.label ?? member.role}</span>
      )}
      {mayManage && !member.you ? (
        <IconButton icon={UserMinus} label={`Remove ${name}`} size="sm" onClick={onRemove} />
      ) : (
        <span className="w-6" />
      )}
    </li>
  );
}
