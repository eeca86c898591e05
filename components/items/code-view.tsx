"use client";
import { SquareTerminal } from "lucide-react";
import Image from "next/image";
import { CallState } from "#components/items/call-state";
import { Fold } from "#components/items/fold-view";
import { CodeBlock } from "#components/ui/code-block";
import { keyed } from "#components/ui/keyed";
import { list, record, text } from "#server/protocol/json-values";
import type { VendorItem } from "#server/protocol/vendor-items";

/** Code that a model has run: the code, what it printed, and its pictures. */
export function CodeView({ item, durationMs }: { item: VendorItem; durationMs?: number | undefined }) {
  const fields = record(item);
  const code = text(fields.code);
  const outputs = list(fields.outputs).map(record);
  return (
    <Fold
      icon={SquareTerminal}
      title={
        <>
          Ran code <span className="figures text-ink-2 text-sm">{code.split("\n", 1)[0]}</span>
        </>
      }
      startOpen={item.status === "failed"}
      aside={<CallState status={text(item.status)} durationMs={durationMs} />}
    >
      <CodeBlock language="python" code={code} className="rounded-none border-0" label="Code" />
      {keyed(outputs, (output) => text(output.type)).map(({ key, item: output }) => (
        <div key={key} className="border-t px-3 py-2">
          {output.type === "image" ? (
            <Image
              unoptimized
              src={text(output.url)}
              alt="Drawn by the code"
              width={640}
              height={480}
              className="h-auto max-h-96 w-auto max-w-full rounded-sm"
            />
          ) : (
            <pre className="scroll-thin max-h-80 overflow-auto whitespace-pre-wrap text-sm [overflow-wrap:anywhere]">
              {text(output.logs)}
            </pre>
          )}
        </div>
      ))}
    </Fold>
  );
}
