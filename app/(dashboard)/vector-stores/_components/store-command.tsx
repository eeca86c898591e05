"use client";
import { useShell } from "#components/shell/shell-context";
import { CodeBlock } from "#components/ui/code-block";

/** How a store is made from a terminal. */
export function StoreCommand() {
  const { baseUrl } = useShell();
  const code = [
    `curl ${baseUrl}/v1/vector_stores \\`,
    '  -H "Authorization: Bearer $REJOINDER_API_KEY" \\',
    '  -H "Content-Type: application/json" \\',
    `  -d '{"name": "Handbook"}'`,
  ].join("\n");
  return <CodeBlock language="bash" title="Or from a terminal" code={code} />;
}
