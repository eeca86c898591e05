"use client";
import { useState } from "react";
import { Form } from "#components/form/form";
import { SubmitButtons } from "#components/form/submit-buttons";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { Switch } from "#components/ui/switch";
import type { PlaygroundServer } from "./playground-tools";

export interface ServerDialogProps {
  /** Labels that are used already. */
  taken: readonly string[];
  onAdd: (server: PlaygroundServer) => void;
  onClose: () => void;
}

const form = "playground-server";
const labelForm = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** What is wrong with the fields; null where nothing is. */
function problemsOf({ label, url }: PlaygroundServer, taken: readonly string[]) {
  const badLabel = labelForm.test(label) ? null : "Use letters, digits, dashes and underscores, a letter first.";
  return {
    label: taken.includes(label) ? "A server has this label already." : badLabel,
    url: /^https?:$/.test(URL.parse(url)?.protocol ?? "") ? null : "Enter the whole address, with https://.",
  };
}

/** Names an MCP server for this conversation alone. */
export function ServerDialog({ taken, onAdd, onClose }: ServerDialogProps) {
  const [server, setServer] = useState<PlaygroundServer>({ label: "", url: "", token: "", approval: "always" });
  const [tried, setTried] = useState(false);
  const set = (change: Partial<PlaygroundServer>) => setServer({ ...server, ...change });
  const problems = problemsOf(server, taken);
  const submit = () => {
    setTried(true);
    if (problems.label !== null || problems.url !== null) return;
    onAdd(server);
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add MCP server"
      description="For this conversation; nothing of it is saved."
      footer={
        <SubmitButtons form={form} onCancel={onClose}>
          Add server
        </SubmitButtons>
      }
    >
      <Form id={form} onSubmit={submit}>
        <Field label="Label" error={tried ? problems.label : null} description="The model and the answer name it so.">
          <Input
            autoFocus
            value={server.label}
            placeholder="docs"
            onChange={(event) => set({ label: event.target.value.trim() })}
          />
        </Field>
        <Field label="Address" error={tried ? problems.url : null}>
          <Input
            inputMode="url"
            value={server.url}
            placeholder="https://mcp.example.com/mcp"
            onChange={(event) => set({ url: event.target.value.trim() })}
          />
        </Field>
        <Field label="Access token" optional description="Sent with each request, and kept nowhere.">
          <Input
            type="password"
            autoComplete="off"
            value={server.token}
            onChange={(event) => set({ token: event.target.value.trim() })}
          />
        </Field>
        <Switch
          checked={server.approval === "always"}
          onChange={(on) => set({ approval: on ? "always" : "never" })}
          label="Ask before each call"
          description="You see the arguments and approve or deny."
        />
      </Form>
    </Dialog>
  );
}
