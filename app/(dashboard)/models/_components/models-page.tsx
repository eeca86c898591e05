"use client";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { Button } from "#components/ui/button";
import { AliasDialog } from "./alias-dialog";
import { AliasesPanel } from "./aliases-panel";
import { ConnectionModels } from "./connection-models";
import { DefaultModel } from "./default-model";

/** What apps can name as `model`, and what stands behind each name. */
export function ModelsPage() {
  const mayManage = useMay("models.manage");
  const [adding, setAdding] = useState(false);
  const add = mayManage && (
    <Button variant="primary" icon={Plus} onClick={() => setAdding(true)}>
      Add alias
    </Button>
  );
  return (
    <Page title="Models" actions={add}>
      <div className="flex min-w-0 flex-col gap-5">
        <DefaultModel />
        <AliasesPanel />
        <ConnectionModels />
      </div>
      {adding && <AliasDialog route={null} onClose={() => setAdding(false)} />}
    </Page>
  );
}
