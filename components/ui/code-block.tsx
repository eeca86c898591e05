"use client";
import { WrapText } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ThemedToken } from "shiki/core";
import { cn } from "#components/ui/cn";
import { CopyButton } from "#components/ui/copy-button";
import { type CodeLanguage, highlightCode } from "#components/ui/highlight";
import { IconButton } from "#components/ui/icon-button";
import { keyboardScroll } from "#components/ui/keyboard-scroll";

const longestHighlighted = 100_000;

function useTokens(code: string, language: CodeLanguage): ThemedToken[][] | null {
  const [done, setDone] = useState<{ code: string; lines: ThemedToken[][] } | null>(null);
  useEffect(() => {
    if (language === "text" || code.length > longestHighlighted) return;
    let current = true;
    highlightCode(code, language).then(
      (lines) => {
        if (current) setDone({ code, lines });
      },
      () => setDone(null),
    );
    return () => {
      current = false;
    };
  }, [code, language]);
  return done?.code === code ? done.lines : null;
}

function coloured(lines: ThemedToken[][]): ReactNode {
  let start = 0;
  return lines.map((line) => {
    const key = start;
    start += 1 + line.reduce((length, token) => length + token.content.length, 0);
    return (
      <span key={key}>
        {key > 0 && "\n"}
        {line.map((token) => (
          <span key={token.offset} style={{ color: token.color }}>
            {token.content}
          </span>
        ))}
      </span>
    );
  });
}

export interface CodeBlockProps {
  code: string;
  language: CodeLanguage;
  /** What is copied, when it is not what is shown: a key that is masked on screen. */
  copyText?: string;
  title?: ReactNode;
  className?: string;
  wrap?: boolean;
  label?: string;
}

/** Code with colours, a copy button and lines wrapped by choice. Shown plain until Shiki is there. */
export function CodeBlock({
  code,
  language,
  copyText,
  title,
  className,
  wrap: startWrapped = false,
  label,
}: CodeBlockProps) {
  const tokens = useTokens(code, language);
  const [wrap, setWrap] = useState(startWrapped);
  return (
    <figure className={cn("group/code relative min-w-0 overflow-hidden rounded-md border bg-surface", className)}>
      <div
        className={cn(
          "flex items-center justify-between gap-2",
          title ? "h-8 border-b bg-sunken pr-1 pl-3" : "absolute top-1 right-1 z-1 rounded-md bg-surface",
        )}
      >
        {title && <figcaption className="truncate text-ink-2 text-sm">{title}</figcaption>}
        <span
          className={cn(
            "flex items-center",
            !title &&
              "opacity-0 focus-within:opacity-100 group-hover/code:opacity-100 [@media(hover:none)]:opacity-100",
          )}
        >
          <IconButton
            icon={WrapText}
            label={wrap ? "Do not wrap lines" : "Wrap lines"}
            size="sm"
            aria-pressed={wrap}
            className={wrap ? "text-accent" : undefined}
            onClick={() => setWrap(!wrap)}
          />
          <CopyButton text={copyText ?? code} />
        </span>
      </div>
      <pre
        {...keyboardScroll(label ?? "Code")}
        className={cn(
          "scroll-thin max-h-[36rem] overflow-auto px-3 py-2.5 text-sm leading-5 outline-offset-[-2px]",
          wrap && "whitespace-pre-wrap [overflow-wrap:anywhere]",
        )}
      >
        <code>{tokens ? coloured(tokens) : code}</code>
      </pre>
    </figure>
  );
}
