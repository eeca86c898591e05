"use client";
import { useState } from "react";
import { useShell } from "#components/shell/shell-context";
import { webhookSnippet } from "#components/snippets/request-snippets";
import { Button } from "#components/ui/button";
import { CodeBlock } from "#components/ui/code-block";
import { CopyTextButton } from "#components/ui/copy-button";
import { Dialog } from "#components/ui/dialog";
import { Segmented } from "#components/ui/segmented";

const languages = [
  { value: "javascript", label: "JavaScript" },
  { value: "python", label: "Python" },
] as const;

/** Code that verifies a delivery, in two languages. */
export function VerifySnippet() {
  const { baseUrl } = useShell();
  const [language, setLanguage] = useState<(typeof languages)[number]["value"]>("javascript");
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Segmented label="Language" value={language} onChange={setLanguage} options={languages} className="self-start" />
      <CodeBlock
        key={language}
        code={webhookSnippet(language, baseUrl)}
        language={language}
        label="Verification"
        wrap
      />
    </div>
  );
}

/** A signing secret, the one time it can be shown. */
export function SecretOnceDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      open
      persistent
      size="lg"
      onOpenChange={onClose}
      title="Copy the signing secret now"
      description="It is shown this once. With it your server knows that a delivery comes from here."
      footer={
        <Button variant="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      <div className="flex min-w-0 flex-col gap-4">
        <div className="flex items-center gap-2 rounded-md border border-edge bg-sunken p-2 pl-3">
          <code className="min-w-0 flex-1 select-all text-sm [overflow-wrap:anywhere]">{secret}</code>
          <CopyTextButton variant="primary" text={secret}>
            Copy secret
          </CopyTextButton>
        </div>
        <div>
          <h3 className="mb-2 font-medium">Verify with it</h3>
          <VerifySnippet />
        </div>
      </div>
    </Dialog>
  );
}
