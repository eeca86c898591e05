"use client";
import { useQuery } from "@tanstack/react-query";
import { useKeyNames } from "#components/api-keys/use-key-names";
import { windows } from "#components/format/time-windows";
import { useMay } from "#components/shell/shell-context";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Select } from "#components/ui/select";
import { isFiltered, isStatus, type ResponsesView, statusNames } from "./response-filters";

const anything = "";

const statusOptions = [
  { value: anything, label: "Any status" },
  ...Object.entries(statusNames).map(([value, label]) => ({ value, label })),
];

export interface ResponsesFilterBarProps {
  view: ResponsesView;
  onChange: (view: ResponsesView) => void;
}

/** Time, status, model and key of the responses that are listed. */
export function ResponsesFilterBar({ view, onChange }: ResponsesFilterBarProps) {
  const mayReadKeys = useMay("apiKeys.read");
  const keyNames = useKeyNames(true);
  const keys = [
    { value: anything, label: "Any API key" },
    ...withChosen(
      [...keyNames].map(([value, label]) => ({ value, label })),
      view.apiKeyId,
    ),
  ];
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-4 py-2 lg:px-6">
      <Select
        label="Time window"
        size="sm"
        className="w-36"
        value={view.window}
        options={windows}
        onChange={(window) => onChange({ ...view, window })}
      />
      <Select
        label="Status"
        size="sm"
        className="w-32"
        value={view.status ?? anything}
        options={statusOptions}
        onChange={(status) => onChange({ ...view, status: isStatus(status) ? status : undefined })}
      />
      <Select
        label="Model"
        size="sm"
        className="w-44"
        value={view.model ?? anything}
        options={useModelOptions(view.model)}
        onChange={(model) => onChange({ ...view, model: model || undefined })}
      />
      {mayReadKeys && (
        <Select
          label="API key"
          size="sm"
          className="w-40"
          value={view.apiKeyId ?? anything}
          options={keys}
          onChange={(apiKeyId) => onChange({ ...view, apiKeyId: apiKeyId || undefined })}
        />
      )}
      {isFiltered(view) && (
        <Button size="sm" variant="ghost" onClick={() => onChange({ view: "responses", window: "all" })}>
          Clear
        </Button>
      )}
    </div>
  );
}

function useModelOptions(chosen: string | undefined) {
  const trpc = useTRPC();
  const mayRead = useMay("models.read");
  const models = useQuery(trpc.models.list.queryOptions(undefined, { enabled: mayRead, staleTime: 60_000 }));
  const known = models.data?.models.filter((model) => model.kind !== "embedding") ?? [];
  return [
    { value: anything, label: "Any model" },
    ...withChosen(
      known.map(({ id }) => ({ value: id, label: id })),
      chosen,
    ),
  ];
}

/** The options, with the one in the URL among them though it may be gone. */
function withChosen(options: { value: string; label: string }[], chosen: string | undefined) {
  if (chosen === undefined || options.some((option) => option.value === chosen)) return options;
  return [...options, { value: chosen, label: chosen }];
}
