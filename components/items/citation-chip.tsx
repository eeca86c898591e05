"use client";
import { Download, ExternalLink, FileText } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { findQuote } from "#components/items/passages";
import { keyboardScroll } from "#components/ui/keyboard-scroll";
import { Popover } from "#components/ui/popover";
import { fileHref } from "#components/vector-stores/file-href";
import type { Annotation } from "#server/protocol/content";
import type { FileSearchResult } from "#server/protocol/items";

const chipClass =
  "mx-0.5 inline-flex h-4.5 max-w-44 items-center gap-1 rounded-xs bg-accent-soft px-1 align-[0.1em] font-sans text-accent text-xs not-italic hover:bg-raised data-[popup-open]:bg-raised [&_svg]:size-3 [&_svg]:shrink-0";

/** A file of a container of this server; those of providers have longer ids, and cannot be had here. */
const ownFileId = /^cfile_[0-9a-f]{32}$/;

export interface CitationChipProps {
  number: number;
  citation: Annotation;
  /** The passage it rests on, where the items carry it. */
  passage: FileSearchResult | null;
  /** The sentence that it stands after. */
  quote: string;
  /** A vector store in which the file's chunks can be read, where the passage names none. */
  vectorStoreId?: string | null;
}

/** Where an answer quotes something: opens the passage, or leads to the page. */
export function CitationChip({ number, citation, passage, quote, vectorStoreId }: CitationChipProps) {
  if (citation.type === "url_citation") {
    return (
      <a
        href={citation.url}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className={chipClass}
        title={citation.title}
      >
        <ExternalLink aria-hidden />
        <span className="truncate">{citation.title || citation.url}</span>
      </a>
    );
  }
  if (citation.type === "container_file_citation" && ownFileId.test(citation.file_id)) {
    const { container_id: containerId, file_id: fileId, filename } = citation;
    return (
      <a
        href={`/api/containers/${encodeURIComponent(containerId)}/files/${encodeURIComponent(fileId)}/content`}
        download={filename}
        className={chipClass}
        title={`Download ${filename}`}
      >
        <Download aria-hidden />
        <span className="truncate">{filename}</span>
      </a>
    );
  }
  if (citation.type !== "file_citation") {
    const name = citation.type === "file_path" ? citation.file_id : citation.filename;
    return (
      <span className={chipClass} title="A file that the provider keeps">
        <FileText aria-hidden />
        <span className="truncate">{name}</span>
      </span>
    );
  }
  // Of several stores that were searched, the passage says which it is from.
  const storeId = passage?.vector_store_id ?? vectorStoreId;
  const trigger = (
    <button type="button" className={chipClass} aria-label={`Source ${number}: ${citation.filename}`}>
      <FileText aria-hidden />
      <span className="truncate">{citation.filename}</span>
    </button>
  );
  return (
    <Popover trigger={trigger} title={`Passage from ${citation.filename}`} className="w-120 p-0" focusPopup>
      <PassageView passage={passage} filename={citation.filename} quote={quote} />
      {storeId && (
        <Link
          href={fileHref({ vectorStoreId: storeId, fileId: citation.file_id, chunkId: citation.chunk_id })}
          className="block border-t px-3 py-2 text-accent text-sm hover:underline"
        >
          Open the file at this passage
        </Link>
      )}
    </Popover>
  );
}

function PassageView(props: { passage: FileSearchResult | null; filename: string; quote: string }) {
  const { passage, filename, quote } = props;
  return (
    <div className="p-3">
      <p className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{filename}</span>
        {passage && <span className="figures text-ink-3 text-sm">score {passage.score.toFixed(2)}</span>}
      </p>
      {passage ? (
        <PassageText text={passage.text} quote={quote} />
      ) : (
        <p className="mt-1.5 text-ink-2">
          The passage itself is not part of this response: it was asked for without{" "}
          <code className="text-sm">file_search_call.results</code>.
        </p>
      )}
    </div>
  );
}

/** The passage, scrolled to the quoted words where they stand in it. */
function PassageText({ text, quote }: { text: string; quote: string }) {
  const mark = useRef<HTMLElement>(null);
  const span = findQuote(text, quote);
  useEffect(() => {
    const box = mark.current?.parentElement;
    if (mark.current && box) box.scrollTop = mark.current.offsetTop - box.offsetTop - box.clientHeight / 3;
  }, []);
  return (
    <p
      {...keyboardScroll("Passage")}
      className="scroll-thin mt-1.5 max-h-72 overflow-y-auto whitespace-pre-wrap text-ink-2 leading-5 [overflow-wrap:anywhere]"
    >
      {text.slice(0, span.start)}
      {span.end > span.start && (
        <mark ref={mark} className="rounded-xs bg-accent-soft text-ink">
          {text.slice(span.start, span.end)}
        </mark>
      )}
      {text.slice(span.end)}
    </p>
  );
}
