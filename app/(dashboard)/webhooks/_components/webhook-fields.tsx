"use client";
import { fieldError } from "#components/form/form-problem";
import { GroupProblem } from "#components/form/group-problem";
import { Checkbox } from "#components/ui/checkbox";
import { Field, Input } from "#components/ui/field";
import { RadioGroup } from "#components/ui/radio";
import { eventMeanings, webhookEvents } from "./events";
import type { WebhookDraft } from "./webhook-types";

/** Fields of a webhook that say themselves what is wrong with them. */
export const webhookFieldNames = ["name", "url", "events"];

export const newWebhookDraft: WebhookDraft = {
  name: "",
  url: "",
  events: ["response.completed", "response.failed"],
  backgroundOnly: true,
};

export interface WebhookFieldsProps {
  draft: WebhookDraft;
  onChange: (draft: WebhookDraft) => void;
  error: unknown;
}

/** What can be set on a webhook. */
export function WebhookFields({ draft, onChange, error }: WebhookFieldsProps) {
  const change = (next: Partial<WebhookDraft>) => onChange({ ...draft, ...next });
  const problem = fieldError(error, "events");
  return (
    <>
      <Field label="Name" error={fieldError(error, "name")}>
        <Input
          autoFocus
          placeholder="Order service"
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
        />
      </Field>
      <Field
        label="Address"
        description="Called with POST. Any 2xx status means that it was heard."
        error={fieldError(error, "url")}
      >
        <Input
          type="url"
          className="figures text-sm"
          placeholder="https://example.com/webhooks/rejoinder"
          value={draft.url}
          onChange={(event) => change({ url: event.target.value })}
        />
      </Field>
      <fieldset className="m-0 flex flex-col gap-2 border-0 p-0">
        <legend className="mb-1.5 p-0 font-medium">Told when a response ends as</legend>
        {webhookEvents.map((event) => (
          <Checkbox
            key={event}
            checked={draft.events.includes(event)}
            onChange={(checked) =>
              change({
                events: checked ? [...draft.events, event] : draft.events.filter((other) => other !== event),
              })
            }
          >
            <span className="figures text-sm">{event}</span>{" "}
            <span className="text-ink-3 text-sm">{eventMeanings[event]}</span>
          </Checkbox>
        ))}
        <GroupProblem>{problem}</GroupProblem>
      </fieldset>
      <RadioGroup
        label="Of which responses"
        value={draft.backgroundOnly ? "background" : "all"}
        onChange={(value) => change({ backgroundOnly: value === "background" })}
        options={[
          {
            value: "background",
            label: "Background responses",
            description: "Those asked for with background: true, as OpenAI does it.",
          },
          { value: "all", label: "All stored responses", description: "Also those somebody waited for." },
        ]}
      />
    </>
  );
}
