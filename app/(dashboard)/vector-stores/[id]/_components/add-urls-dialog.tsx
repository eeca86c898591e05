"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { formatPlural } from "#components/format/numbers";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input, Textarea } from "#components/ui/field";
import { Segmented } from "#components/ui/segmented";
import { Switch } from "#components/ui/switch";

export interface AddUrlsDialogProps {
  vectorStoreId: string;
  onClose: () => void;
}

const kinds = [
  { value: "addresses" as const, label: "Addresses" },
  { value: "sitemap" as const, label: "Sitemap" },
];

function addressesOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Web pages as files of a store: named one by one, or those that a sitemap lists. */
export function AddUrlsDialog({ vectorStoreId, onClose }: AddUrlsDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<"addresses" | "sitemap">("addresses");
  const [text, setText] = useState("");
  const [sitemapUrl, setSitemapUrl] = useState("");
  const [otherHosts, setOtherHosts] = useState(false);
  const start = useMutation(
    trpc.urlImports.start.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: trpc.urlImports.pathKey() });
        onClose();
      },
    }),
  );
  const urls = addressesOf(text);
  const isReady = kind === "addresses" ? urls.length > 0 : sitemapUrl.trim() !== "";
  const add = () => {
    if (!isReady) return;
    const source = kind === "addresses" ? { urls } : { sitemapUrl: sitemapUrl.trim(), otherHosts };
    start.mutate({ vectorStoreId, source });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add web pages"
      description="The server fetches each page and keeps it as a file, with its address as the attribute url. A page that is here already is replaced where it has changed."
      persistent={text !== "" || sitemapUrl !== ""}
      footer={
        <Button type="submit" form="add-urls" variant="primary" busy={start.isPending} disabled={!isReady}>
          {kind === "addresses" && urls.length > 0 ? `Add ${formatPlural(urls.length, "page")}` : "Add pages"}
        </Button>
      }
    >
      <Form id="add-urls" onSubmit={add}>
        <Segmented
          label="Where the pages come from"
          value={kind}
          onChange={setKind}
          options={kinds}
          className="self-start"
        />
        {kind === "addresses" ? (
          <Field label="Addresses" description="One a line." error={fieldError(start.error, "urls")}>
            <Textarea
              rows={6}
              spellCheck={false}
              className="figures text-sm"
              placeholder={"https://example.com/guide\nhttps://example.com/report.pdf"}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
        ) : (
          <>
            <Field
              label="Address of the sitemap"
              description="An XML sitemap, an index of them, packed or not, or a list with an address a line."
              error={fieldError(start.error, "sitemapUrl")}
            >
              <Input
                inputMode="url"
                spellCheck={false}
                className="figures text-sm"
                placeholder="https://example.com/sitemap.xml"
                value={sitemapUrl}
                onChange={(event) => setSitemapUrl(event.target.value)}
              />
            </Field>
            <Switch
              label="Pages on other hosts, too"
              description="Off: only pages on the sitemap's own host."
              checked={otherHosts}
              onChange={setOtherHosts}
            />
          </>
        )}
        <FormProblem error={start.error} fields={["urls", "sitemapUrl"]} />
      </Form>
    </Dialog>
  );
}
