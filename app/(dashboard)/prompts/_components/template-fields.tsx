"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { fieldError } from "#components/form/form-problem";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Combobox } from "#components/ui/combobox";
import { Field, Textarea } from "#components/ui/field";
import { IconButton } from "#components/ui/icon-button";
import { Select } from "#components/ui/select";
import { type DraftMessage, draftMessage, roles, type TemplateDraft, variablesOf } from "./template-draft";

const roleOptions = roles.map((role) => ({ value: role, label: role }));
const teamsDefault = "";

export interface TemplateFieldsProps {
  draft: TemplateDraft;
  onChange: (draft: TemplateDraft) => void;
  error: unknown;
}

/** What a version says: instructions, messages, model and whatever else a request may hold. */
export function TemplateFields({ draft, onChange, error }: TemplateFieldsProps) {
  const set = (change: Partial<TemplateDraft>) => onChange({ ...draft, ...change });
  const names = variablesOf(draft);
  return (
    <>
      <Field
        label="Instructions"
        description={
          names.length === 0
            ? "Write {{name}} where a request fills in a value."
            : `Filled in by each request: ${names.join(", ")}`
        }
        error={fieldError(error, "instructions")}
      >
        <Textarea
          rows={5}
          placeholder="Answer in {{language}}, in two sentences."
          value={draft.instructions}
          onChange={(event) => set({ instructions: event.target.value })}
        />
      </Field>
      <MessagesEditor messages={draft.messages} onChange={(messages) => set({ messages })} />
      <ModelField model={draft.model} onChange={(model) => set({ model })} />
      <Field
        label="Other fields"
        optional
        description="JSON of a request’s further fields: tools, text, reasoning, temperature, …"
      >
        <Textarea
          rows={draft.more === "" ? 2 : 6}
          className="figures text-sm"
          placeholder={'{ "temperature": 0.2 }'}
          value={draft.more}
          onChange={(event) => set({ more: event.target.value })}
        />
      </Field>
    </>
  );
}

interface MessagesEditorProps {
  messages: readonly DraftMessage[];
  onChange: (messages: DraftMessage[]) => void;
}

function MessagesEditor({ messages, onChange }: MessagesEditorProps) {
  const change = (key: string, next: Partial<DraftMessage>) =>
    onChange(messages.map((message) => (message.key === key ? { ...message, ...next } : message)));
  return (
    <fieldset className="m-0 flex min-w-0 flex-col gap-2 border-0 p-0">
      <legend className="mb-1.5 p-0 font-medium">
        Messages <span className="font-normal text-ink-3 text-sm">optional</span>
      </legend>
      {messages.map((message, index) => (
        <div key={message.key} className="flex min-w-0 flex-col gap-1.5 rounded-md border p-2">
          <div className="flex items-center justify-between gap-2">
            <Select
              label={`Role of message ${index + 1}`}
              size="sm"
              className="w-32"
              value={message.role}
              options={roleOptions}
              onChange={(role) => change(message.key, { role })}
            />
            <IconButton
              icon={Trash2}
              size="sm"
              label={`Remove message ${index + 1}`}
              onClick={() => onChange(messages.filter((each) => each.key !== message.key))}
            />
          </div>
          <Field label={<span className="sr-only">Message {index + 1}</span>} className="gap-0">
            <Textarea
              rows={3}
              placeholder="What is the weather in {{city}}?"
              value={message.text}
              onChange={(event) => change(message.key, { text: event.target.value })}
            />
          </Field>
        </div>
      ))}
      <Button size="sm" icon={Plus} className="self-start" onClick={() => onChange([...messages, draftMessage()])}>
        Add message
      </Button>
    </fieldset>
  );
}

function ModelField({ model, onChange }: { model: string | null; onChange: (model: string | null) => void }) {
  const trpc = useTRPC();
  const picker = useQuery(trpc.models.list.queryOptions());
  const known = picker.data?.models.filter((each) => each.kind !== "embedding") ?? [];
  return (
    <Field label="Model" description="Unless the request names one.">
      <Combobox
        mono
        value={model ?? teamsDefault}
        searchPlaceholder="Search models"
        onChange={(chosen) => onChange(chosen === teamsDefault ? null : chosen)}
        options={[
          { value: teamsDefault, label: "The team’s default" },
          ...known.map(({ id }) => ({ value: id, label: id })),
        ]}
      />
    </Field>
  );
}
