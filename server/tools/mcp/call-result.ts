import { z } from "zod";

const Content = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  data: z.string().nullish(),
  mimeType: z.string().nullish(),
  uri: z.string().nullish(),
  name: z.string().nullish(),
  resource: z
    .looseObject({
      uri: z.string(),
      mimeType: z.string().nullish(),
      text: z.string().nullish(),
      blob: z.string().nullish(),
    })
    .nullish(),
});
type Content = z.infer<typeof Content>;

const CallResult = z.looseObject({
  content: z.array(Content).nullish(),
  structuredContent: z.record(z.string(), z.unknown()).nullish(),
  isError: z.boolean().nullish(),
});

/** What a call has come to, as text. */
export interface CallText {
  text: string;
  isError: boolean;
}

/**
 * The result of a `tools/call` as a model can read it: texts as they are, everything else as a line that says what it
 * is. null for what is no such result.
 */
export function toCallText(result: unknown): CallText | null {
  const parsed = CallResult.safeParse(result);
  if (!parsed.success) return null;
  const { content, structuredContent, isError } = parsed.data;
  const parts = content?.map(partText) ?? [];
  // Servers repeat structured content as text for those who do not read it; some do not.
  if (parts.length === 0 && structuredContent) parts.push(JSON.stringify(structuredContent));
  return { text: parts.join("\n"), isError: isError ?? false };
}

/** The text up to `maxChars`, with a mark that tells what is missing. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}\n[Cut: these are the first ${kept.length} of ${text.length} characters.]`;
}

function partText(part: Content): string {
  switch (part.type) {
    case "text":
      return part.text ?? "";
    case "image":
      return `[Image: ${part.mimeType ?? "unknown type"}, ${bytesOf(part.data)} bytes]`;
    case "audio":
      return `[Audio: ${part.mimeType ?? "unknown type"}, ${bytesOf(part.data)} bytes]`;
    case "resource_link":
      return `[Link: ${part.name ?? "resource"}, ${part.uri ?? "without address"}]`;
    case "resource":
      return resourceText(part.resource);
    default:
      return `[Content of the type ${JSON.stringify(part.type.slice(0, 64))}]`;
  }
}

function resourceText(resource: Content["resource"]): string {
  if (!resource) return "[Resource without content]";
  const { uri, mimeType, text, blob } = resource;
  if (typeof text === "string") return `[Resource: ${uri}]\n${text}`;
  return `[Resource: ${uri}, ${mimeType ?? "unknown type"}, ${bytesOf(blob)} bytes]`;
}

/** Bytes of what base64 holds. */
function bytesOf(base64: string | null | undefined): number {
  return Buffer.byteLength(base64 ?? "", "base64");
}
