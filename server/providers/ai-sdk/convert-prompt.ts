import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4TextPart,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import { unseal } from "#server/providers/ai-sdk/sealed-reasoning";
import type { ModelContent, ModelInput } from "#server/providers/provider";

type AssistantMessage = Extract<LanguageModelV4Message, { role: "assistant" }>;
type ToolMessage = Extract<LanguageModelV4Message, { role: "tool" }>;
type ToolOutput = Extract<ToolMessage["content"][number], { type: "tool-result" }>["output"];
type ToolResult = Extract<ModelInput, { type: "tool_result" }>;

/** Ends of prefixes that Anthropic's models keep for one request. Source: Anthropic's and Bedrock's pages on caching. */
const MOST_MARKS = 4;
const DATA_URL = /^data:([^;,]+);base64,/;

/** What a vendor is told of a part that ends a prefix which its cache is to keep. */
type CacheMark = SharedV4ProviderOptions;

function optionsOf(...options: (SharedV4ProviderOptions | null)[]): { providerOptions?: SharedV4ProviderOptions } {
  const told = Object.assign({}, ...options);
  return Object.keys(told).length > 0 ? { providerOptions: told } : {};
}

function toFile(part: Exclude<ModelContent, { type: "text" }>, mark: CacheMark | null): LanguageModelV4FilePart {
  if (part.type === "audio") {
    const mediaType = part.format === "mp3" ? "audio/mpeg" : "audio/wav";
    return { type: "file", mediaType, data: { type: "data", data: part.data } };
  }
  const [header = "", mediaType = "image/*"] = DATA_URL.exec(part.url) ?? [];
  // Only Cohere's package can be told how closely to look.
  const closeness = part.detail === "auto" ? null : { cohere: { detail: part.detail } };
  const data = part.url.slice(header.length);
  return { type: "file", mediaType, data: { type: "data", data }, ...optionsOf(closeness, mark) };
}

function toPart(part: ModelContent, mark: CacheMark | null): LanguageModelV4TextPart | LanguageModelV4FilePart {
  return part.type === "text" ? { type: "text", text: part.text, ...optionsOf(mark) } : toFile(part, mark);
}

function textOf(content: ModelContent[]): string {
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

function toOutput(result: ToolResult): ToolOutput {
  if (result.isError) return { type: "error-text", value: textOf(result.output) };
  if (result.output.every((part) => part.type === "text")) return { type: "text", value: textOf(result.output) };
  return { type: "content", value: result.output.map((part) => toPart(part, null)) };
}

/** Arguments as the object they stand for; a call that was cut off has none. */
function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function endsPrefix(part: ModelContent): boolean {
  return part.type !== "audio" && part.endsPrefix === true;
}

/** The content cut behind each part that ends a prefix. */
function endingWithMarks(content: ModelContent[]): ModelContent[][] {
  const pieces: ModelContent[][] = [[]];
  for (const part of content) {
    pieces.at(-1)?.push(part);
    if (endsPrefix(part)) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 0);
}

function contentOf(item: ModelInput): ModelContent[] {
  if (item.type === "message") return item.role === "assistant" ? [] : item.content;
  return item.type === "tool_result" ? item.output : [];
}

/** The ends of prefixes that a vendor's cache is to keep: the newest {@link MOST_MARKS} of a request. */
class CacheMarks {
  readonly #mark: CacheMark | null;
  readonly #marked: ReadonlySet<ModelContent>;

  constructor(mark: CacheMark | null, input: readonly ModelInput[]) {
    this.#mark = mark;
    // A result is marked once, whichever of its parts ends the prefix.
    const ends = input.flatMap((item) => {
      const parts = contentOf(item).filter(endsPrefix);
      return item.type === "tool_result" ? parts.slice(-1) : parts;
    });
    this.#marked = new Set(ends.slice(-MOST_MARKS));
  }

  of(...parts: ModelContent[]): CacheMark | null {
    return parts.some((part) => this.#marked.has(part)) ? this.#mark : null;
  }
}

/** Builds the message list; neighbours of one role that the vendors want together become one message. */
class Prompt {
  readonly messages: LanguageModelV4Message[] = [];
  /** Gemini's signatures of calls that follow. */
  private signatures: Record<string, string> = {};
  private readonly marks: CacheMarks;

  constructor(marks: CacheMarks) {
    this.marks = marks;
  }

  /** `echoes`: the vendor wants its own reasoning of the turn under way back, which this item is part of. */
  add(item: ModelInput, echoes: boolean): void {
    switch (item.type) {
      case "message":
        this.addMessage(item.role, item.content);
        return;
      case "reasoning":
        if (echoes && item.text !== "") this.assistant().content.push({ type: "reasoning", text: item.text });
        else this.addReasoning(item.encryptedContent);
        return;
      case "tool_call":
        this.assistant().content.push({
          type: "tool-call",
          toolCallId: item.callId,
          toolName: item.name,
          input: parseArguments(item.arguments),
          ...this.signatureOf(item.callId),
        });
        return;
      case "tool_result":
        this.tool().content.push({
          type: "tool-result",
          toolCallId: item.callId,
          toolName: item.name,
          output: toOutput(item),
          ...optionsOf(this.marks.of(...item.output)),
        });
        return;
      // Only vendors that run tools themselves can read their items.
      case "vendor_item":
    }
  }

  private addMessage(role: "system" | "developer" | "user" | "assistant", content: ModelContent[]): void {
    if (role === "assistant") {
      const text = textOf(content);
      if (text !== "") this.assistant().content.push({ type: "text", text });
    } else if (role === "user") {
      this.messages.push({ role: "user", content: content.map((part) => toPart(part, this.marks.of(part))) });
    } else {
      for (const piece of endingWithMarks(content)) this.addSystem(textOf(piece), this.marks.of(...piece));
    }
  }

  /** Vendors take system text at the beginning only; later on it speaks through the user. */
  addSystem(text: string, mark: CacheMark | null): void {
    const onlySystem = this.messages.every((message) => message.role === "system");
    if (onlySystem) this.messages.push({ role: "system", content: text, ...optionsOf(mark) });
    else {
      const spoken = `<system>\n${text}\n</system>`;
      this.messages.push({ role: "user", content: [{ type: "text", text: spoken, ...optionsOf(mark) }] });
    }
  }

  /** Reasoning goes back only with its vendor's seal; without one the vendors refuse or ignore it. */
  private addReasoning(encrypted: string | null): void {
    const sealed = unseal(encrypted);
    if (sealed === null) return;
    if (sealed.vendor === "google") {
      Object.assign(this.signatures, sealed.signatures);
      const thoughtSignature = sealed.signatures[""];
      if (thoughtSignature === undefined) return;
      const providerOptions = { google: { thoughtSignature } };
      this.assistant().content.push({ type: "reasoning", text: sealed.text, providerOptions });
      return;
    }
    const vendor = sealed.vendor === "bedrock" ? "amazonBedrock" : "anthropic";
    for (const block of sealed.blocks) {
      const { text, ...signed } = { text: "", ...block };
      this.assistant().content.push({ type: "reasoning", text, providerOptions: { [vendor]: signed } });
    }
  }

  private signatureOf(callId: string): { providerOptions?: { google: { thoughtSignature: string } } } {
    const thoughtSignature = this.signatures[callId];
    return thoughtSignature === undefined ? {} : { providerOptions: { google: { thoughtSignature } } };
  }

  private assistant(): AssistantMessage {
    const last = this.messages.at(-1);
    if (last?.role === "assistant") return last;
    const message: AssistantMessage = { role: "assistant", content: [] };
    this.messages.push(message);
    return message;
  }

  private tool(): ToolMessage {
    const last = this.messages.at(-1);
    if (last?.role === "tool") return last;
    const message: ToolMessage = { role: "tool", content: [] };
    this.messages.push(message);
    return message;
  }
}

/** What differs between vendors in a prompt. */
export interface PromptForm {
  /** Raw reasoning since the last user message goes back beside the calls that it led to; else only sealed reasoning. */
  echoesReasoning?: boolean;
  /** Absent: the vendor's cache takes no marks. */
  cacheMark?: CacheMark | null;
}

/** The AI SDK's prompt of a request: instructions first, then the items in order. */
export function convertPrompt(
  input: ModelInput[],
  instructions: string | null,
  { echoesReasoning = false, cacheMark = null }: PromptForm = {},
): LanguageModelV4Message[] {
  const prompt = new Prompt(new CacheMarks(cacheMark, input));
  if (instructions !== null && instructions !== "") prompt.addSystem(instructions, null);
  const lastUser = input.findLastIndex((item) => item.type === "message" && item.role === "user");
  for (const [index, item] of input.entries()) prompt.add(item, echoesReasoning && index > lastUser);
  return prompt.messages.filter((message) => message.role === "system" || message.content.length > 0);
}
