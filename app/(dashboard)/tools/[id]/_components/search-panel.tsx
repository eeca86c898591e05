"use client";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem } from "#components/form/form-problem";
import type { McpSettings, SavedTool } from "#components/tools/tool-types";
import { useServerListing } from "#components/tools/use-server-listing";
import { Button } from "#components/ui/button";
import { Field, Input } from "#components/ui/field";
import { Panel } from "#components/ui/panel";
import { useChangeTool } from "./use-change-tool";

/** Which tool of a server, if any, the team's web searches ask. */
export function SearchPanel({ tool, settings }: { tool: SavedTool; settings: McpSettings }) {
  const [name, setName] = useState(settings.webSearch?.tool ?? "");
  const [argument, setArgument] = useState(settings.webSearch?.argument ?? "query");
  const namesId = useId();
  const { data: listing } = useServerListing(tool.id, false);
  const save = useChangeTool();
  const submit = () => {
    const webSearch = name.trim() === "" ? null : { tool: name.trim(), argument: argument.trim() };
    save.mutate({ id: tool.id, mcp: { webSearch } });
  };
  return (
    <Panel title="Web search" description="A tool of this server that the team’s web_search asks, without approval.">
      <Form onSubmit={submit}>
        <Field label="Tool" optional description="Empty: web searches do not ask this server.">
          <Input
            className="figures text-sm"
            placeholder="brave_web_search"
            list={namesId}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <datalist id={namesId}>
          {listing?.tools?.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Field label="Argument" description="The one that takes the query, as text.">
          <Input
            className="figures text-sm"
            required
            value={argument}
            onChange={(event) => setArgument(event.target.value)}
          />
        </Field>
        <FormProblem error={save.error} />
        <Button type="submit" className="self-end" busy={save.isPending}>
          Save web search
        </Button>
      </Form>
    </Panel>
  );
}
