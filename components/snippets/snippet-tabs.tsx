"use client";
import { useState } from "react";
import { type SnippetLanguage, type SnippetRequest, snippetOf } from "#components/snippets/request-snippets";
import { CodeBlock } from "#components/ui/code-block";
import { Segmented } from "#components/ui/segmented";

const languages = [
  { value: "curl", label: "cURL" },
  { value: "javascript", label: "JavaScript" },
  { value: "python", label: "Python" },
] as const;

/** A request that runs as it stands, in three languages. */
export function SnippetTabs({ request, wrap }: { request: SnippetRequest; wrap?: boolean }) {
  const [language, setLanguage] = useState<SnippetLanguage>("curl");
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Segmented label="Language" value={language} onChange={setLanguage} options={languages} className="self-start" />
      <CodeBlock
        key={language}
        code={snippetOf(language, request)}
        language={language === "curl" ? "bash" : language}
        label={`The request in ${languages.find((each) => each.value === language)?.label}`}
        wrap={wrap}
      />
    </div>
  );
}
