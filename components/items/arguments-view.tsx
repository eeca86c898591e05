import { JsonViewer } from "#components/ui/json-viewer";

/** JSON as a tree when it is whole, as text while it streams or when it is none. */
export function ArgumentsView({ text, label = "Arguments" }: { text: string; label?: string }) {
  try {
    return <JsonViewer value={JSON.parse(text)} className="rounded-none border-0" label={label} />;
  } catch {
    return (
      <pre className="scroll-thin max-h-96 overflow-y-auto whitespace-pre-wrap px-3 py-2 text-sm [overflow-wrap:anywhere]">
        {text}
      </pre>
    );
  }
}
