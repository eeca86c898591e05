import type { ExtraProps } from "react-markdown";

type Element = NonNullable<ExtraProps["node"]>;
type ElementContent = Element["children"][number];
type Text = Extract<ElementContent, { type: "text" }>;

/** The tree of a Markdown text, as far as marks are concerned. */
export interface MarkedTree {
  children: ElementContent[];
}

/** Private-use characters around a citation's number while text travels through the Markdown parser. */
const open = "\uE000";
const close = "\uE001";
const mark = /\uE000(\d+)\uE001/g;

export interface CitationAt {
  /** Character offset in the text; the mark stands before the character of this index. */
  index: number;
}

/** `text` with a mark at each citation. The number in a mark is the citation's place in `citations`. */
export function insertMarks(text: string, citations: readonly CitationAt[]): string {
  const clean = text.replaceAll(/[\uE000\uE001]/g, "\uFFFD");
  const ordered = citations.map((citation, number) => ({ number, at: Math.min(citation.index, clean.length) }));
  ordered.sort((a, b) => a.at - b.at || a.number - b.number);
  let result = "";
  let from = 0;
  for (const { number, at } of ordered) {
    result += `${clean.slice(from, at)}${open}${number}${close}`;
    from = at;
  }
  return result + clean.slice(from);
}

function splitText(node: Text): ElementContent[] {
  const parts: ElementContent[] = [];
  let from = 0;
  for (const match of node.value.matchAll(mark)) {
    if (match.index > from) parts.push({ type: "text", value: node.value.slice(from, match.index) });
    parts.push({ type: "element", tagName: "cite", properties: { dataNumber: match[1] }, children: [] });
    from = match.index + match[0].length;
  }
  if (from < node.value.length) parts.push({ type: "text", value: node.value.slice(from) });
  return parts;
}

function replaceIn(parent: MarkedTree): void {
  parent.children = parent.children.flatMap((child) => {
    if (child.type === "text") return splitText(child);
    if (child.type === "element") replaceIn(child);
    return [child];
  });
}

/** A rehype plugin that turns marks into `<cite data-number>` elements. */
export function rehypeCitationMarks() {
  return (tree: MarkedTree) => replaceIn(tree);
}
