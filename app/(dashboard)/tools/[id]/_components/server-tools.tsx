"use client";
import { Activity, Play } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { toggled } from "#components/form/toggled";
import type { ApprovalRule } from "#components/tools/approval-rule";
import type { SavedTool, ToolTest } from "#components/tools/tool-types";
import { Checkbox } from "#components/ui/checkbox";
import { IconButton, iconButtonClass } from "#components/ui/icon-button";
import { Badge } from "#components/ui/status";
import { CallToolDialog } from "./call-tool-dialog";

export type ListedTool = NonNullable<ToolTest["tools"]>[number];

export interface ServerToolsProps {
  tool: SavedTool;
  /** As the server lists them now; null where it was not asked. */
  listed: readonly ListedTool[] | null;
  allowed: string[] | null;
  rule: ApprovalRule;
  onAllowed: (allowed: string[]) => void;
  onRule: (rule: ApprovalRule) => void;
}

/** A server's tools: which may be used, which ask first, and a call of each. */
export function ServerTools({ tool, listed, allowed, rule, onAllowed, onRule }: ServerToolsProps) {
  const [calling, setCalling] = useState<ListedTool | null>(null);
  const known = listed?.map(({ name }) => name) ?? [];
  const unlisted = [...new Set([...(allowed ?? []), ...rule.silent])].filter((name) => !known.includes(name));
  const rows = [
    ...(listed ?? []).map((each) => ({ name: each.name, listed: each })),
    ...unlisted.map((name) => ({ name, listed: null })),
  ];
  if (rows.length === 0) return null;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">Tools</legend>
      <ul className="scroll-thin max-h-128 overflow-y-auto rounded-md border">
        {rows.map(({ name, listed: info }) => (
          <li key={name} className="flex items-start gap-3 border-t px-3 py-2 first:border-t-0">
            <span className="min-w-0 flex-1">
              <Checkbox
                checked={allowed === null || allowed.includes(name)}
                disabled={allowed === null}
                onChange={(on) => onAllowed(toggled(allowed ?? [], name, on))}
              >
                <span className="figures text-sm [overflow-wrap:anywhere]">{name}</span>{" "}
                {info?.readOnly && <Badge>read-only</Badge>}
                {!info && listed && <Badge tone="warning">not listed now</Badge>}
                {info?.description && <span className="line-clamp-2 text-ink-2 text-sm">{info.description}</span>}
              </Checkbox>
            </span>
            {rule.mode === "chosen" && (
              <Checkbox
                checked={!rule.silent.includes(name)}
                onChange={(asks) => onRule({ ...rule, silent: toggled(rule.silent, name, !asks) })}
              >
                <span className="text-sm">
                  asks<span className="sr-only"> before {name}</span>
                </span>
              </Checkbox>
            )}
            <Link
              href={`/traces?tool=${encodeURIComponent(`${tool.name}__${name}`)}`}
              aria-label={`Traces of ${name}`}
              className={iconButtonClass("sm")}
            >
              <Activity aria-hidden />
            </Link>
            {info && <IconButton size="sm" icon={Play} label={`Call ${name}`} onClick={() => setCalling(info)} />}
          </li>
        ))}
      </ul>
      {calling && <CallToolDialog tool={tool} called={calling} onClose={() => setCalling(null)} />}
    </fieldset>
  );
}
