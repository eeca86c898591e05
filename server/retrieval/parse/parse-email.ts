import PostalMime, { type Address, type Attachment, type Email } from "postal-mime";
import { isDocumentRefused, type ParsedDocument, type ParsedText } from "#server/retrieval/parse/document";
import { normaliseInline, normaliseText } from "#server/retrieval/parse/normalise";
import { parseHtml } from "#server/retrieval/parse/parse-html";
import { TextBuilder } from "#server/retrieval/parse/text-builder";

/** Attachments beyond these are named and not read. */
const MAX_READ_ATTACHMENTS = 50;

/** Reads a file inside of another. Throws DocumentRefused. */
export type ReadNested = (bytes: Uint8Array, filename: string) => Promise<ParsedDocument>;

/**
 * Reads an e-mail: subject as the heading, the headers that people look at, the text, and its attachments, each under its
 * name. An attachment that cannot be read is named with the reason.
 */
export async function parseEmail(bytes: Uint8Array, readNested: ReadNested | null): Promise<ParsedText> {
  const email = await PostalMime.parse(bytes, { maxNestingDepth: 50, maxRfc822NestingDepth: 5 });
  const builder = new TextBuilder();
  const subject = normaliseInline(email.subject ?? "");
  if (subject !== "") builder.heading({ level: 1, title: subject });
  builder.block(headersOf(email));
  builder.document(bodyOf(email));
  for (const [index, attachment] of email.attachments.entries()) {
    await writeAttachment(builder, attachment, index < MAX_READ_ATTACHMENTS ? readNested : null);
  }
  return builder.result();
}

function headersOf(email: Email): string {
  const lines: [string, string][] = [
    ["From", email.from === undefined ? "" : nameOf(email.from)],
    ["To", (email.to ?? []).map(nameOf).join(", ")],
    ["Cc", (email.cc ?? []).map(nameOf).join(", ")],
    ["Date", email.date ?? ""],
  ];
  return lines
    .map(([name, value]) => [name, normaliseInline(value)] as const)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

function nameOf(address: Address): string {
  if (address.group !== undefined) return `${address.name}: ${address.group.map(nameOf).join(", ")}`;
  return address.name === "" ? address.address : `${address.name} <${address.address}>`;
}

/** The text part, unless it is empty or only stands in for the other. */
function bodyOf(email: Email): Pick<ParsedText, "text" | "headings"> {
  const text = normaliseText(email.text ?? "").trim();
  if (email.html === undefined) return { text, headings: [] };
  const html = parseHtml(email.html, { withTitle: false });
  return text.length >= html.text.length / 2 ? { text, headings: [] } : html;
}

async function writeAttachment(
  builder: TextBuilder,
  attachment: Attachment,
  readNested: ReadNested | null,
): Promise<void> {
  const name = normaliseInline(attachment.filename ?? "");
  // A picture in the text has no name that says anything.
  if (attachment.related === true || (name === "" && attachment.mimeType.startsWith("image/"))) return;
  builder.heading({ level: 1, title: `Attachment: ${name === "" ? attachment.mimeType : name}` });
  if (readNested === null) return;
  try {
    const content = attachment.content;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
    const { text, headings } = await readNested(bytes, name);
    builder.document({ text, headings: headings.map((heading) => ({ ...heading, level: heading.level + 1 })) });
  } catch (error) {
    if (!isDocumentRefused(error)) throw error;
    builder.block(`(Not read: ${error.message})`);
  }
}
