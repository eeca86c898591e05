"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronsUpDown } from "lucide-react";
import { useRouter } from "next/navigation";
import { Logo } from "#components/shell/logo";
import { useShell } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { errorText } from "#components/ui/error-state";
import { Menu, MenuChoice } from "#components/ui/menu";
import { toast } from "#components/ui/toast";

/** The active team; with more than one, the way to another. */
export function TeamSwitcher() {
  const { me } = useShell();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const switchTeam = useMutation(
    trpc.me.switchTeam.mutationOptions({
      onSuccess: () => {
        queryClient.clear();
        router.push("/overview");
        router.refresh();
      },
      onError: (error) => toast({ kind: "error", title: "Could not switch the team", description: errorText(error) }),
    }),
  );
  const name = (
    <>
      <Logo className="size-6 shrink-0" />
      <span className="min-w-0 flex-1 truncate text-left font-medium text-md">{me.team.name}</span>
    </>
  );
  if (me.teams.length < 2) return <div className="flex min-w-0 flex-1 items-center gap-2.5 px-1">{name}</div>;
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="flex h-9 min-w-0 flex-1 items-center gap-2.5 rounded-md px-1 hover:bg-raised">
          {name}
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        </button>
      }
    >
      <MenuChoice
        label="Teams"
        value={me.team.id}
        onChange={(teamId) => {
          if (teamId !== me.team.id) switchTeam.mutate({ teamId });
        }}
        options={me.teams.map((team) => ({ value: team.teamId, label: team.teamName }))}
      />
    </Menu>
  );
}
