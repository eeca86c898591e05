import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import { describe, expect, test } from "vitest";
import { ChatChunkWriter, type ChatFrame } from "#server/protocol/chat/chunks";
import { type ChatCompletion, toChatAnnotation, toChatCompletion } from "#server/protocol/chat/completion";
import type { ChatAnswerOptions } from "#server/protocol/chat/request";
import { parseChatCompletion } from "#server/protocol/chat/request";
import { toListedMessages } from "#server/protocol/chat/stored";
import { isTerminalEvent } from "#server/protocol/events";
import { toListPage } from "#server/protocol/list";
import { faultsUnder } from "#tests/contract/faults";
import { SCENES } from "#tests/contract/scenes";
import { hasReference } from "#tests/support/captures";
import { runEngine } from "#tests/support/run-engine";

const OPTIONS: ChatAnswerOptions = { includeUsage: true, legacyFunctions: false, logprobs: true, obfuscation: true };

/** A scene's stream and body as a chat client receives them. */
async function play(scene: string, options = OPTIONS): Promise<{ frames: ChatFrame[]; completion: ChatCompletion }> {
  const script = SCENES[scene]?.();
  if (!script) throw new Error(`no scene ${scene}`);
  const events = await runEngine(script);
  const last = events.at(-1);
  if (!last || !isTerminalEvent(last)) throw new Error("no terminal event");
  const writer = new ChatChunkWriter(options);
  return {
    frames: events.flatMap((event) => writer.write(event)),
    completion: toChatCompletion(last.response, options),
  };
}

function accumulate(frames: readonly ChatFrame[]) {
  const lines = frames.map((frame) => `${JSON.stringify(frame)}\n`).join("");
  return ChatCompletionStream.fromReadableStream(new Blob([lines]).stream()).finalChatCompletion();
}

const PAGE_PART = { type: "url_citation", url: "https://b.example", title: "B", start_index: 1, end_index: 2 } as const;

const names = Object.keys(SCENES);
const whole = names.filter((scene) => scene !== "failed");

describe("a chat stream", () => {
  test.each(whole)("of '%s' adds up, in openai-node's hands, to the body without streaming", async (scene) => {
    const { frames, completion } = await play(scene);
    const { choices, usage, id, model } = await accumulate(frames);
    const [expected] = completion.choices;
    expect({ id, model, usage }).toEqual({ id: completion.id, model: completion.model, usage: completion.usage });
    const { content, refusal, tool_calls } = expected.message;
    expect(choices).toHaveLength(1);
    expect(choices[0]).toMatchObject({
      finish_reason: expected.finish_reason,
      message: { role: "assistant", refusal },
    });
    expect(choices[0]?.message.content || null).toBe(content || null);
    expect(choices[0]?.message.tool_calls ?? []).toMatchObject(tool_calls ?? []);
    expect(choices[0]?.logprobs?.content ?? []).toEqual(expected.logprobs?.content ?? []);
  });

  test("cites pages at their place in the whole content, streaming or not", async () => {
    const { frames, completion } = await play("a vendor's web search");
    const cited = completion.choices[0].message.annotations;
    expect(cited).toMatchObject([{ type: "url_citation", url_citation: { url: "https://a.example", end_index: 4 } }]);
    const streamed = frames.flatMap((frame) => ("choices" in frame ? (frame.choices[0]?.delta.annotations ?? []) : []));
    expect(streamed).toEqual(cited);
    const two = [PAGE_PART, PAGE_PART].flatMap((part, index) => toChatAnnotation(part, index * 10));
    expect(two.map((each) => each.url_citation.start_index)).toEqual([1, 11]);
  });

  test.each(whole)("of '%s' shows the reasoning that the body shows", async (scene) => {
    const { frames, completion } = await play(scene);
    const thought = frames.flatMap((frame) =>
      "choices" in frame ? frame.choices.map(({ delta }) => delta.reasoning_content ?? "") : [],
    );
    expect(thought.join("")).toBe(completion.choices[0].message.reasoning_content ?? "");
  });

  test.each(whole)("of '%s' begins with the role, ends with the reason and then the usage", async (scene) => {
    const { frames } = await play(scene);
    expect(frames[0]).toMatchObject({ choices: [{ delta: { role: "assistant" }, finish_reason: null }], usage: null });
    expect(frames.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason: expect.any(String) }], usage: null });
    expect(frames.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
  });

  test.each(whole)("of '%s' is padded where it says something, and only when asked", async (scene) => {
    const lengthOf = (frame: ChatFrame) => ("choices" in frame ? (frame.obfuscation?.length ?? -1) : -1);
    const { frames } = await play(scene);
    const says = (frame: ChatFrame) => "choices" in frame && Object.keys(frame.choices[0]?.delta ?? {}).length === 1;
    expect(frames.filter((frame) => says(frame) !== lengthOf(frame) >= 0)).toEqual([]);
    const { frames: bare } = await play(scene, { ...OPTIONS, obfuscation: false });
    expect(bare.filter((frame) => lengthOf(frame) >= 0)).toEqual([]);
  });

  test("without include_usage has no usage at all", async () => {
    const { frames } = await play("text", { ...OPTIONS, includeUsage: false });
    expect(frames.some((frame) => "usage" in frame)).toBe(false);
    expect(frames.at(-1)).toMatchObject({ choices: [{ finish_reason: "stop" }] });
  });

  test("that fails ends with the error", async () => {
    const { frames } = await play("failed");
    expect(frames.at(-1)).toMatchObject({ error: { code: "provider_error", message: expect.any(String) } });
    await expect(accumulate(frames)).rejects.toMatchObject({ code: "provider_error" });
  });
});

describe.skipIf(!hasReference)("under OpenAI's schemas", () => {
  const CHUNK = { contract: "openai", schema: "CreateChatCompletionStreamResponse" } as const;
  const CUSTOM_TYPE = "a streamed call of a custom tool says its type";

  test.each(whole)("%s", async (scene) => {
    const { frames, completion } = await play(scene);
    expect(frames.flatMap((frame) => faultsUnder(CHUNK, { ...frame }))).toEqual([]);
    const schema = "CreateChatCompletionResponse";
    expect(faultsUnder({ contract: "openai", schema }, { ...completion })).toEqual([]);
  });

  test("a wrong chunk is found", async () => {
    const { frames } = await play("text");
    expect(faultsUnder(CHUNK, { ...frames[0], object: "x" })).not.toEqual([]);
  });

  test("the one exception is needed: openai-node takes no call of a custom tool without its type", async () => {
    const { frames } = await play("custom tool");
    expect(frames.flatMap((frame) => faultsUnder({ ...CHUNK, without: CUSTOM_TYPE }, { ...frame }))).not.toEqual([]);
    const forgiven = JSON.parse(JSON.stringify(frames).replaceAll('"type":"custom",', "")) as ChatFrame[];
    await expect(accumulate(forgiven)).rejects.toThrow();
  });

  test("a stored completion's messages of every kind", () => {
    const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };
    const picture = { type: "image_url", image_url: { url: "https://a.example/b.png" } };
    const file = { type: "file", file: { file_id: "file-1" } };
    const sound = { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } };
    const { messages } = parseChatCompletion({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Look" }, picture, file, sound], name: "Ann" },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: "a cat" },
        { role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
      ],
    });
    const page = toListPage(toListedMessages("chatcmpl_1", messages), false);
    expect(page.data[1]?.content_parts).toEqual([{ type: "text", text: "Look" }, picture]);
    expect(faultsUnder({ contract: "openai", schema: "ChatCompletionMessageList" }, { ...page })).toEqual([]);
  });
});
