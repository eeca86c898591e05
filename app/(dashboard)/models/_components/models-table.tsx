"use client";
import { Ellipsis, MessageSquareText, Waypoints } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { formatCount, formatExact, formatMoney } from "#components/format/numbers";
import { useMay } from "#components/shell/shell-context";
import type { Outputs } from "#components/trpc/client";
import { CopyButton } from "#components/ui/copy-button";
import { IconButton } from "#components/ui/icon-button";
import { Menu, MenuItem } from "#components/ui/menu";
import { Badge } from "#components/ui/status";
import { Table, Td, Th, Tr } from "#components/ui/table";
import { Tooltip } from "#components/ui/tooltip";
import { AliasDialog } from "./alias-dialog";

export type CatalogueModel = Outputs["models"]["list"]["models"][number];

const head = (
  <>
    <Th>Model</Th>
    <Th>Kind</Th>
    <Th align="right">Context, tokens</Th>
    <Th align="right">Input, $ per M</Th>
    <Th align="right">Output, $ per M</Th>
    <Th>
      <span className="sr-only">Actions</span>
    </Th>
  </>
);

/** Models as apps name them, with what is known of each. */
export function ModelsTable({ models, defaultModel }: { models: readonly CatalogueModel[]; defaultModel: string }) {
  const [aliasing, setAliasing] = useState<string | null>(null);
  return (
    <>
      <Table label="Models" head={head} className="border-t">
        {models.map((model) => (
          <ModelRow
            key={model.id}
            model={model}
            isDefault={model.id === defaultModel}
            onAlias={() => setAliasing(model.id)}
          />
        ))}
      </Table>
      {aliasing !== null && <AliasDialog route={null} startModel={aliasing} onClose={() => setAliasing(null)} />}
    </>
  );
}

interface ModelRowProps {
  model: CatalogueModel;
  isDefault: boolean;
  onAlias: () => void;
}

function ModelRow({ model, isDefault, onAlias }: ModelRowProps) {
  return (
    <Tr>
      <Td>
        <span className="group/name flex items-center gap-2">
          <span className="figures whitespace-nowrap text-sm">{model.id}</span>
          <CopyButton
            text={model.id}
            label={`Copy ${model.id}`}
            className="opacity-0 focus-visible:opacity-100 group-hover/row:opacity-100 [@media(hover:none)]:opacity-100"
          />
          {isDefault && <Badge>default</Badge>}
        </span>
      </Td>
      <Td className="whitespace-nowrap text-ink-2">
        <KindOf model={model} />
      </Td>
      <Td align="right">
        <Tokens value={model.contextWindow} />
      </Td>
      <Td align="right">
        <Price model={model} side="input" />
      </Td>
      <Td align="right">
        <Price model={model} side="output" />
      </Td>
      <Td align="right">
        <ModelMenu model={model} onAlias={onAlias} />
      </Td>
    </Tr>
  );
}

function KindOf({ model }: { model: CatalogueModel }) {
  if (model.kind === "embedding") {
    return (
      <span className="inline-flex items-center gap-2">
        Embeddings {model.lexical && <Badge tone="warning">lexical</Badge>}
      </span>
    );
  }
  if (model.provider === "builtin") return <Badge tone="warning">no LLM</Badge>;
  return model.kind === "language" ? "Language" : "Not told";
}

function Unknown() {
  return (
    <span className="text-ink-3">
      <span aria-hidden>–</span>
      <span className="sr-only">not known</span>
    </span>
  );
}

function Tokens({ value }: { value: number | null }) {
  if (value === null) return <Unknown />;
  return (
    <Tooltip content={<span className="figures">{formatExact(value)} tokens</span>}>
      <span>{formatCount(value)}</span>
    </Tooltip>
  );
}

function Price({ model, side }: { model: CatalogueModel; side: "input" | "output" }) {
  if (model.free) return <span className="text-ink-3">free</span>;
  if (!model.prices) return <Unknown />;
  if (side === "output" && model.kind === "embedding") return <Unknown />;
  return <span>{formatMoney(model.prices[side]).replace("$", "")}</span>;
}

function ModelMenu({ model, onAlias }: { model: CatalogueModel; onAlias: () => void }) {
  const mayPlay = useMay("playground.write") && model.kind !== "embedding";
  const mayManage = useMay("models.manage");
  if (!mayPlay && !mayManage) return null;
  return (
    <Menu trigger={<IconButton icon={Ellipsis} label={`Actions for ${model.id}`} size="sm" />}>
      {mayPlay && (
        <MenuItem icon={MessageSquareText} render={<Link href={`/playground?model=${encodeURIComponent(model.id)}`} />}>
          Try in the playground
        </MenuItem>
      )}
      {mayManage && (
        <MenuItem icon={Waypoints} onSelect={onAlias}>
          Add an alias for it
        </MenuItem>
      )}
    </Menu>
  );
}
