"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { toggled } from "#components/form/toggled";
import { type HostedType, hostedNames } from "#components/tools/hosted-tools";
import { kindNames } from "#components/tools/tool-types";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Checkbox } from "#components/ui/checkbox";
import { cn } from "#components/ui/cn";
import { IconButton } from "#components/ui/icon-button";
import { Skeleton } from "#components/ui/skeleton";
import type { PlaygroundSavedTool, ToolSettings } from "./playground-tools";
import { ServerDialog } from "./server-dialog";

export interface ToolPickerProps {
  /** The model that will be asked; null: the team's default. */
  model: string | null;
  value: ToolSettings;
  onChange: (change: Partial<ToolSettings>) => void;
}

/** The tools that the model may use: those that run here, those that the team has saved, and MCP servers. */
export function ToolPicker({ model, value, onChange }: ToolPickerProps) {
  const { hosted, servers } = value;
  const [adding, setAdding] = useState(false);
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">Tools</legend>
      <div className="flex flex-col gap-2">
        <HostedTools model={model} value={hosted} onChange={(chosen) => onChange({ hosted: chosen })} />
        <SavedTools value={value.saved} onChange={(saved) => onChange({ saved })} />
        {servers.map((server) => (
          <div key={server.label} className="flex items-center gap-2 rounded-md border py-1 pr-1 pl-2.5">
            <span className="min-w-0 flex-1">
              <span className="block truncate">{server.label}</span>
              <span className="figures block truncate text-ink-3 text-xs">{server.url}</span>
            </span>
            <IconButton
              icon={X}
              label={`Remove ${server.label}`}
              size="sm"
              onClick={() => onChange({ servers: servers.filter((each) => each !== server) })}
            />
          </div>
        ))}
        <Button size="sm" icon={Plus} className="self-start" onClick={() => setAdding(true)}>
          Add MCP server
        </Button>
      </div>
      {adding && (
        <ServerDialog
          taken={[...servers.map(({ label }) => label), ...value.saved.map(({ name }) => name)]}
          onAdd={(server) => onChange({ servers: [...servers, server] })}
          onClose={() => setAdding(false)}
        />
      )}
    </fieldset>
  );
}

interface HostedToolsProps {
  model: string | null;
  value: readonly HostedType[];
  onChange: (hosted: HostedType[]) => void;
}

const hostedTypes: readonly HostedType[] = ["web_search", "code_interpreter", "image_generation"];

/** The tools that need no saving. What the chosen model cannot use now says why; what is chosen can always be left out. */
function HostedTools({ model, value, onChange }: HostedToolsProps) {
  const trpc = useTRPC();
  const hosted = useQuery(trpc.tools.hosted.queryOptions({ model }));
  return hostedTypes.map((type) => {
    const state = hosted.data?.tools.find((tool) => tool.type === type);
    const isChosen = value.includes(type);
    return (
      <Checkbox
        key={type}
        checked={isChosen}
        disabled={state?.available === false && !isChosen}
        onChange={(on) => onChange(toggled(value, type, on))}
      >
        <span className="block">{hostedNames[type]}</span>
        {state?.note && (
          <span className={cn("block text-sm", state.available ? "text-ink-3" : "text-warning")}>{state.note}</span>
        )}
      </Checkbox>
    );
  });
}

interface SavedToolsProps {
  value: readonly PlaygroundSavedTool[];
  onChange: (saved: PlaygroundSavedTool[]) => void;
}

/** The team's own tools; nothing where there are none. */
function SavedTools({ value, onChange }: SavedToolsProps) {
  const trpc = useTRPC();
  const choices = useQuery(trpc.tools.choices.queryOptions());
  if (choices.isPending) return <Skeleton className="h-9" />;
  if (choices.error) return <p className="text-danger text-sm">The saved tools could not be loaded.</p>;
  const usable = choices.data.filter(({ enabled }) => enabled);
  if (usable.length === 0) return null;
  return (
    <div className="scroll-thin flex max-h-56 flex-col gap-2 overflow-y-auto rounded-md border p-2.5">
      {usable.map(({ id, kind, name, description }) => (
        <Checkbox
          key={id}
          checked={value.some((each) => each.name === name)}
          onChange={(on) => onChange(on ? [...value, { kind, name }] : value.filter((each) => each.name !== name))}
        >
          <span className="figures block truncate text-sm">{name}</span>
          <span className="block truncate text-ink-3 text-sm">{description ?? kindNames[kind]}</span>
        </Checkbox>
      ))}
    </div>
  );
}
