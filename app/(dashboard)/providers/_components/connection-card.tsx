"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, KeyRound, Lock, Pencil, Trash2, Zap } from "lucide-react";
import { useState } from "react";
import { formatPlural } from "#components/format/numbers";
import type { Connection } from "#components/providers/provider-types";
import { TestReport } from "#components/providers/test-outcome";
import { wireLabel } from "#components/providers/wire-field";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { FactList } from "#components/ui/fact-list";
import { IconButton } from "#components/ui/icon-button";
import { Menu, MenuItem } from "#components/ui/menu";
import { RelativeTime } from "#components/ui/relative-time";
import { Badge, Status } from "#components/ui/status";
import { EditConnectionDialog } from "./edit-connection-dialog";
import { RemoveConnectionDialog } from "./remove-connection-dialog";
import { RotateKeyDialog } from "./rotate-key-dialog";

/** One connection: what it is, how its last test went, and what can be done with it. */
export function ConnectionCard({ connection }: { connection: Connection }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mayManage = useMay("providers.manage");
  const test = useMutation(
    trpc.providers.test.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.providers.list.queryKey() }),
    }),
  );
  const { source } = connection;
  return (
    <section aria-label={connection.name} className="flex flex-col gap-3 rounded-md border bg-surface px-4 py-3">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="figures font-medium text-md">{connection.name}</h2>
        <span className="text-ink-2">{connection.kindLabel}</span>
        {source === "environment" && (
          <Badge>
            <Lock aria-hidden className="size-3" /> from the environment
          </Badge>
        )}
        {connection.kind === "builtin" && <Badge tone="warning">no LLM</Badge>}
        <span className="ml-auto flex items-center gap-1">
          {mayManage && source !== "builtin" && (
            <Button size="sm" icon={Zap} busy={test.isPending} onClick={() => test.mutate({ id: connection.id })}>
              Test
            </Button>
          )}
          {mayManage && source === "team" && <ConnectionMenu connection={connection} />}
        </span>
      </header>
      {source === "builtin" ? <AboutOwnModels kind={connection.kind} /> : <FactList facts={factsOf(connection)} />}
      <ConnectionModels name={connection.name} />
      <TestReport outcome={test.data} error={test.error} />
    </section>
  );
}

/** What runs inside this server has no address and no key to show. */
function AboutOwnModels({ kind }: { kind: string }) {
  if (kind === "local") return <AboutLocalModels />;
  return (
    <p className="max-w-160 text-ink-2">
      Runs inside this server, with no key and no network. <span className="figures text-sm">builtin/demo</span> follows
      rules and quotes your documents; <span className="figures text-sm">builtin/echo</span> repeats what it is told;{" "}
      <span className="figures text-sm">builtin/hash-1024</span> compares words, not meaning. Good for trying things out
      and for tests, not for answers.
    </p>
  );
}

function AboutLocalModels() {
  const models = useModelsOf("local");
  return (
    <p className="max-w-160 text-ink-2">
      Embedding models that this server runs itself: no text leaves it. Each is fetched from its hub at first use.{" "}
      {models?.length === 0 && (
        <>
          Not installed here: whoever operates this server runs{" "}
          <span className="figures whitespace-nowrap text-sm">npm run install-local-models</span>.
        </>
      )}
    </p>
  );
}

function useModelsOf(connectionName: string) {
  const trpc = useTRPC();
  const picker = useQuery(trpc.models.list.queryOptions());
  return picker.data?.models.filter((model) => model.provider === connectionName);
}

function factsOf(connection: Connection) {
  return [
    ...Object.entries(connection.settings).map(([name, value]) => ({
      name: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      value: <span className="figures text-sm">{value}</span>,
    })),
    { name: "Address", value: <span className="figures text-sm">{connection.baseUrl ?? "the provider’s own"}</span> },
    ...(connection.wire ? [{ name: "API", value: wireLabel(connection.wire) }] : []),
    { name: "Key", value: <span className="figures text-sm">{connection.keyHint ?? "none"}</span> },
    ...(connection.source === "team" ? [{ name: "Last test", value: <LastTest connection={connection} /> }] : []),
  ];
}

function LastTest({ connection }: { connection: Connection }) {
  if (!connection.lastTestAt) return <span className="text-ink-2">Not tested yet</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <Status tone={connection.lastTestOk ? "ok" : "danger"}>{connection.lastTestOk ? "Worked" : "Failed"}</Status>
      <span className="text-ink-2">{connection.lastTestNote}</span>
      <RelativeTime at={connection.lastTestAt} className="text-ink-3" />
    </span>
  );
}

function ConnectionModels({ name }: { name: string }) {
  const models = useModelsOf(name) ?? [];
  if (models.length === 0) return null;
  return (
    <details className="group/models">
      <summary className="w-fit rounded-xs text-accent text-sm hover:underline">
        {formatPlural(models.length, "model")}
      </summary>
      <ul className="scroll-thin mt-2 flex max-h-48 flex-wrap gap-1.5 overflow-y-auto">
        {models.map((model) => (
          <li key={model.id} className="figures rounded-sm border px-1.5 py-0.5 text-ink-2 text-xs">
            {model.id}
            {model.kind === "embedding" && (
              <span className="text-ink-3"> embeddings{model.lexical && ", lexical"}</span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function ConnectionMenu({ connection }: { connection: Connection }) {
  const [open, setOpen] = useState<"edit" | "rotate" | "remove" | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${connection.name}`} size="sm" />}>
        <MenuItem icon={Pencil} onSelect={() => setOpen("edit")}>
          Edit
        </MenuItem>
        <MenuItem icon={KeyRound} onSelect={() => setOpen("rotate")}>
          Rotate key
        </MenuItem>
        <MenuItem icon={Trash2} danger onSelect={() => setOpen("remove")}>
          Remove
        </MenuItem>
      </Menu>
      {open === "edit" && <EditConnectionDialog connection={connection} onClose={close} />}
      {open === "rotate" && <RotateKeyDialog connection={connection} onClose={close} />}
      {open === "remove" && <RemoveConnectionDialog connection={connection} onClose={close} />}
    </>
  );
}
