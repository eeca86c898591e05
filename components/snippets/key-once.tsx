"use client";
import { useShell } from "#components/shell/shell-context";
import { SnippetTabs } from "#components/snippets/snippet-tabs";
import { CopyTextButton } from "#components/ui/copy-button";

/** A new key with its copy button, and a request that runs with it. */
export function KeyOnce({ apiKey, baseUrl: givenUrl }: { apiKey: string; baseUrl?: string }) {
  return givenUrl === undefined ? <KeyOnceInShell apiKey={apiKey} /> : <KeyOnceAt apiKey={apiKey} baseUrl={givenUrl} />;
}

function KeyOnceInShell({ apiKey }: { apiKey: string }) {
  return <KeyOnceAt apiKey={apiKey} baseUrl={useShell().baseUrl} />;
}

function KeyOnceAt({ apiKey, baseUrl }: { apiKey: string; baseUrl: string }) {
  const body = { model: "builtin/demo", input: "What can you do?" };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <div className="flex items-center gap-2 rounded-md border border-edge bg-sunken p-2 pl-3">
        <code className="min-w-0 flex-1 select-all text-sm [overflow-wrap:anywhere]">{apiKey}</code>
        <CopyTextButton variant="primary" text={apiKey}>
          Copy key
        </CopyTextButton>
      </div>
      <div>
        <h3 className="mb-2 font-medium">Try it</h3>
        <SnippetTabs request={{ baseUrl, apiKey, body }} wrap />
      </div>
    </div>
  );
}
