"use client";
import { useState } from "react";
import { Form } from "#components/form/form";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input, Textarea } from "#components/ui/field";
import type { PickedFile } from "#components/ui/picked-files";

export interface PasteTextDialogProps {
  onClose: () => void;
  onFiles: (files: PickedFile[]) => void;
}

/** Text that was never a file, as one. */
export function PasteTextDialog({ onClose, onFiles }: PasteTextDialogProps) {
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const path = withEnding(name.trim() || "Pasted text");
  const add = () => {
    if (text.trim() === "") return;
    onFiles([{ file: new File([text], path, { type: "text/markdown" }), path }]);
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Paste text"
      description="It is kept as a file, and cut at its headings where it is Markdown."
      size="lg"
      persistent={text !== ""}
      footer={
        <Button type="submit" form="paste-text" variant="primary" disabled={text.trim() === ""}>
          Add text
        </Button>
      }
    >
      <Form id="paste-text" onSubmit={add}>
        <Field label="Name" optional description="Searches and citations show it.">
          <Input placeholder="Opening hours" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Text">
          <Textarea rows={14} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      </Form>
    </Dialog>
  );
}

function withEnding(name: string): string {
  return /\.\w{1,8}$/.test(name) ? name : `${name}.md`;
}
