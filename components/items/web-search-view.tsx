"use client";
import { Globe } from "lucide-react";
import { formatPlural } from "#components/format/numbers";
import { CallState } from "#components/items/call-state";
import { Fold } from "#components/items/fold-view";
import { JsonViewer } from "#components/ui/json-viewer";
import { keyed } from "#components/ui/keyed";
import { text } from "#server/protocol/json-values";
import type { VendorItem } from "#server/protocol/vendor-items";
import { WebSearchCallMade } from "#server/protocol/web-search-tools";

/** A search of the web, here or by a provider: what was asked, opened or looked for, and what was found. */
export function WebSearchView({ item, durationMs }: { item: VendorItem; durationMs?: number | undefined }) {
  const { data } = WebSearchCallMade.safeParse(item);
  const count = data?.results?.length;
  return (
    <Fold
      icon={Globe}
      title={<Title action={data?.action ?? null} />}
      aside={
        <CallState status={text(item.status)} durationMs={durationMs}>
          {count !== undefined && formatPlural(count, "result")}
        </CallState>
      }
    >
      {data?.results && data.results.length > 0 ? (
        <ol className="flex flex-col">
          {keyed(data.results, (result) => result.url).map(({ key, item: result }) => (
            <li key={key} className="border-t px-3 py-2 first:border-t-0">
              <p className="truncate font-medium text-sm">
                <PageLink url={result.url} title={result.title} />
              </p>
              <p className="line-clamp-3 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">{result.text}</p>
            </li>
          ))}
        </ol>
      ) : (
        <JsonViewer value={item} className="border-0" depth={1} />
      )}
    </Fold>
  );
}

function Title({ action }: { action: WebSearchCallMade["action"] }) {
  if (action?.type === "open_page") {
    return (
      <>
        Opened a page <span className="text-ink-2">{action.url}</span>
      </>
    );
  }
  if (action?.type === "find_in_page") {
    return (
      <>
        Looked in a page{" "}
        <span className="text-ink-2">
          for “{action.pattern}”: {action.url}
        </span>
      </>
    );
  }
  const queries = action?.queries ?? [action?.query ?? ""].filter(Boolean);
  return (
    <>
      Searched the web
      {queries.length > 0 && <span className="text-ink-2"> for “{queries.join("”, “")}”</span>}
    </>
  );
}

/** Only pages of the web are links: the address comes from strangers. */
function PageLink({ url, title }: { url: string; title: string }) {
  if (!/^https?:\/\//i.test(url)) return title;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" className="text-accent hover:underline">
      {title || url}
    </a>
  );
}
