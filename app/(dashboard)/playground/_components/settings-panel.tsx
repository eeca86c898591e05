"use client";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { formatCount } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { Combobox } from "#components/ui/combobox";
import { Field, Input, Textarea } from "#components/ui/field";
import { Select } from "#components/ui/select";
import { Callout } from "#components/ui/status";
import { Switch } from "#components/ui/switch";
import { type PlaygroundSettings, parseFunctions } from "./request-settings";
import { StorePicker } from "./store-picker";
import { ToolPicker } from "./tool-picker";

export interface SettingsPanelProps {
  settings: PlaygroundSettings;
  onChange: (settings: PlaygroundSettings) => void;
}

const efforts = [
  { value: "", label: "Default" },
  { value: "low", label: "Low" },
  { value: "medium", label: "Medium" },
  { value: "high", label: "High" },
] as const;

const functionsExample = '[{ "type": "function", "name": "get_weather", … }]';

/** Model, tools, instructions and sampling of the next request. */
export function SettingsPanel({ settings, onChange }: SettingsPanelProps) {
  const set = (change: Partial<PlaygroundSettings>) => onChange({ ...settings, ...change });
  return (
    <div className="flex flex-col gap-5">
      <ModelField model={settings.model} onChange={(model) => set({ model })} />
      <StorePicker value={settings.vectorStoreIds} onChange={(vectorStoreIds) => set({ vectorStoreIds })} />
      {settings.vectorStoreIds.length > 0 && (
        <Switch
          checked={settings.agentic}
          onChange={(agentic) => set({ agentic })}
          label="Search in steps"
          description="The model searches on and reads around what it found, until it has enough."
        />
      )}
      <ToolPicker model={settings.model} value={settings} onChange={set} />
      <Field label="Instructions">
        <Textarea
          rows={4}
          placeholder="Answer from the documents, in two sentences."
          value={settings.instructions}
          onChange={(event) => set({ instructions: event.target.value })}
        />
      </Field>
      <Field
        label="Functions"
        optional
        description="JSON of function tools. The model calls them; you give the results here."
        error={parseFunctions(settings.functions).problem}
      >
        <Textarea
          rows={3}
          className="font-mono text-sm"
          placeholder={functionsExample}
          spellCheck={false}
          value={settings.functions}
          onChange={(event) => set({ functions: event.target.value })}
        />
      </Field>
      <details className="group/more">
        <summary className="flex items-center gap-1 rounded-xs font-medium marker:content-none">
          <ChevronRight aria-hidden className="size-3.5 text-ink-3 group-open/more:rotate-90" />
          Sampling and storage
        </summary>
        <SamplingFields settings={settings} set={set} />
      </details>
    </div>
  );
}

function SamplingFields({
  settings,
  set,
}: {
  settings: PlaygroundSettings;
  set: (change: Partial<PlaygroundSettings>) => void;
}) {
  return (
    <div className="mt-3 flex flex-col gap-4">
      <Field label="Reasoning effort">
        <Select value={settings.effort} options={efforts} onChange={(effort) => set({ effort })} />
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Temperature">
          <Input
            inputMode="decimal"
            placeholder="Default"
            value={settings.temperature}
            onChange={(event) => set({ temperature: event.target.value })}
          />
        </Field>
        <Field label="Top p">
          <Input
            inputMode="decimal"
            placeholder="Default"
            value={settings.topP}
            onChange={(event) => set({ topP: event.target.value })}
          />
        </Field>
      </div>
      <Field label="Most output tokens">
        <Input
          inputMode="numeric"
          placeholder="No limit"
          value={settings.maxOutputTokens}
          onChange={(event) => set({ maxOutputTokens: event.target.value })}
        />
      </Field>
      <Switch
        checked={settings.store}
        onChange={(store) => set({ store })}
        label="Store responses"
        description="Off: nothing of the run is kept, and each turn sends the whole conversation."
      />
    </div>
  );
}

function ModelField({ model, onChange }: { model: string | null; onChange: (model: string) => void }) {
  const trpc = useTRPC();
  const picker = useQuery(trpc.models.list.queryOptions());
  const models = picker.data?.models.filter((each) => each.kind !== "embedding") ?? [];
  const onlyBuiltIn = picker.data !== undefined && models.every((each) => each.free);
  return (
    <div className="flex flex-col gap-2">
      <Field label="Model">
        <Combobox
          mono
          value={model}
          placeholder="The team’s default"
          searchPlaceholder="Search models"
          onChange={onChange}
          options={models.map((each) => ({
            value: each.id,
            label: each.id,
            hint: each.targets
              ? `alias of ${each.targets.join(", ")}`
              : each.contextWindow
                ? `${formatCount(each.contextWindow)} tokens`
                : undefined,
          }))}
        />
      </Field>
      {onlyBuiltIn && (
        <Callout>
          The built-in model is no LLM.{" "}
          <Link href="/providers" className="text-accent underline underline-offset-2">
            Connect one
          </Link>{" "}
          for real answers.
        </Callout>
      )}
    </div>
  );
}
