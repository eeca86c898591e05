"use client";
import { isValidElement, type ReactNode, useMemo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { type CitationAt, insertMarks, rehypeCitationMarks } from "#components/markdown/citation-marks";
import { CodeBlock } from "#components/ui/code-block";
import { toCodeLanguage } from "#components/ui/highlight";

export interface MarkdownProps {
  text: string;
  citations?: readonly CitationAt[];
  /** What stands at the place of the citation with this number. */
  renderCitation?: (number: number) => ReactNode;
}

const plugins = [remarkGfm];
const marks = [rehypeCitationMarks];

/** The fence's language and text, from the `<code>` that a `<pre>` holds. */
function fenceOf(children: ReactNode): { language: string | undefined; code: string } | null {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) return null;
  const { className, children: code } = children.props;
  return { language: /language-([\w-]+)/.exec(className ?? "")?.[1], code: String(code ?? "").replace(/\n$/, "") };
}

const base: Components = {
  // Links are the model's words: they open apart and send no referrer.
  a: ({ href, children }) => (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline underline-offset-2"
    >
      {children}
    </a>
  ),
  // A picture from elsewhere would tell its host who reads; it stays a link.
  img: ({ src, alt }) =>
    typeof src === "string" && src !== "" ? (
      <a href={src} target="_blank" rel="noopener noreferrer nofollow" className="text-accent underline">
        {alt || src}
      </a>
    ) : null,
  pre: ({ children }) => {
    const fence = fenceOf(children);
    if (!fence) return <pre>{children}</pre>;
    return <CodeBlock code={fence.code} language={toCodeLanguage(fence.language)} title={fence.language} />;
  },
  code: ({ children }) => <code className="rounded-xs bg-raised px-1 py-px text-[0.92em]">{children}</code>,
  table: ({ children }) => (
    <div className="scroll-thin overflow-x-auto">
      <table className="w-full border-collapse text-base [&_td]:border [&_td]:px-2 [&_td]:py-1 [&_th]:border [&_th]:bg-sunken [&_th]:px-2 [&_th]:py-1 [&_th]:text-left [&_th]:font-medium">
        {children}
      </table>
    </div>
  ),
};

const prose =
  "flex min-w-0 flex-col gap-3 text-md leading-6 [overflow-wrap:anywhere] [&_blockquote]:border-l-2 [&_blockquote]:pl-3 [&_blockquote]:text-ink-2 [&_h1]:font-semibold [&_h1]:text-lg [&_h2]:font-semibold [&_h2]:text-lg [&_h3]:font-medium [&_h4]:font-medium [&_hr]:border-line [&_li]:my-0.5 [&_ol]:list-decimal [&_ol]:pl-5 [&_ul]:list-disc [&_ul]:pl-5 [&_strong]:font-medium";

/** Markdown that a model or a file wrote. HTML in it stays text; nothing in it runs or loads. */
export function Markdown({ text, citations = [], renderCitation }: MarkdownProps) {
  const source = useMemo(() => insertMarks(text, citations), [text, citations]);
  const components = useMemo<Components>(
    () => ({
      ...base,
      cite: ({ node }) => {
        const number = Number(node?.properties.dataNumber);
        return Number.isInteger(number) ? renderCitation?.(number) : null;
      },
    }),
    [renderCitation],
  );
  return (
    <div className={prose}>
      <ReactMarkdown remarkPlugins={plugins} rehypePlugins={marks} components={components}>
        {source}
      </ReactMarkdown>
    </div>
  );
}
