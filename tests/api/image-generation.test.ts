import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Json, list, record, text } from "#server/protocol/json-values";
import { brokenRules } from "#server/protocol/stream-rules";
import { PIXEL } from "#tests/support/images";
import {
  addConnection,
  askResponse,
  createNativeTeam,
  createScriptedTeam,
  eventsOf,
  postResponse,
  type ScriptedTeam,
} from "#tests/support/scripted-team";
import { chatText, chatToolCalls } from "#tests/support/scripted-upstream";

const server = inject("server");
let team: ScriptedTeam;

beforeAll(async () => {
  team = await createNativeTeam(server);
  const { baseUrl } = team.upstream;
  await addConnection(server, team.teamId, { name: "claude", baseUrl, models: ["claude-x"], kind: "anthropic" });
});
afterAll(() => team.close());

const DEMO = { model: "builtin/demo", input: "Draw a lighthouse" };
const SMALL = { type: "image_generation", size: "128x96" };

const post = (body: Json, headers = {}) =>
  askResponse({ server, key: team.key }, { model: team.model, ...body }, { headers });
const imageIn = (body: Json) => record(list(body.output).find((item) => record(item).type === "image_generation_call"));
const drawing = (args: Json) =>
  chatToolCalls([{ id: "call_1", name: "image_generation", arguments: JSON.stringify(args) }]);
const lastSent = () => record(team.upstream.requests.at(-1)?.body);

describe("an image", () => {
  it("is drawn with all its events, shown whole, kept, and told again", async () => {
    const tools = [{ ...SMALL, partial_images: 2, output_format: "webp" }];
    const streamed = await postResponse({ server, key: team.key }, { ...DEMO, tools, stream: true });
    const events = eventsOf(await streamed.text());
    expect(brokenRules(events)).toEqual([]);
    expect(events.slice(2, 9).map(({ type }) => type.replace("response.", ""))).toEqual([
      "output_item.added",
      "image_generation_call.in_progress",
      "image_generation_call.generating",
      "image_generation_call.partial_image",
      "image_generation_call.partial_image",
      "image_generation_call.completed",
      "output_item.done",
    ]);
    const seen = { size: "128x96", quality: "low", background: "opaque", output_format: "webp" };
    expect(events[6]).toMatchObject({
      ...seen,
      partial_image_index: 1,
      partial_image_b64: expect.stringMatching(/^UklGR/),
    });
    const response = record(events.at(-1)?.response);
    expect(response.tools).toEqual([
      {
        ...{ type: "image_generation", background: "auto", moderation: "auto", n: 1, output_compression: 100 },
        ...{ output_format: "webp", quality: "auto", size: "128x96", partial_images: 2 },
      },
    ]);
    const item = imageIn(response);
    expect(item).toEqual({
      ...{ type: "image_generation_call", id: expect.stringMatching(/^ig_/), status: "completed", ...seen },
      ...{ result: expect.stringMatching(/^UklGR/), revised_prompt: "Draw a lighthouse" },
      file_id: expect.stringMatching(/^file-/),
    });
    const stored = await team.client.responses.retrieve(text(response.id));
    expect(stored.output).toEqual(response.output);
    const { body: wire } = await post({ ...DEMO, tools: [SMALL] }, { "openresponses-version": "latest" });
    expect(list(wire.output)[0]).toMatchObject({ type: "openai:image_generation_call", status: "completed" });
  });

  it("is a file of the team's, which goes with its response", async () => {
    const { body } = await post({ ...DEMO, tools: [SMALL] });
    const { file_id: fileId, result, id } = imageIn(body);
    expect(await team.client.files.retrieve(text(fileId))).toMatchObject({
      ...{ purpose: "assistants_output", filename: `${text(id)}.png` },
    });
    const content = await team.client.files.content(text(fileId));
    expect(Buffer.from(await content.arrayBuffer()).toString("base64")).toBe(result);
    const other = await createScriptedTeam(server);
    await other.upstream.close();
    await expect(other.client.files.retrieve(text(fileId))).rejects.toMatchObject({ status: 404 });
    await team.client.responses.delete(text(body.id));
    await expect(team.client.files.retrieve(text(fileId))).rejects.toMatchObject({ status: 404 });
    await expect(team.client.files.content(text(fileId))).rejects.toMatchObject({ status: 404 });
  });

  it("is changed in a later turn, named by its id, by the name that the model knows, or as the last", async () => {
    const first = await post({ ...DEMO, tools: [SMALL] });
    const image = imageIn(first.body);
    const edit = { ...SMALL, action: "edit" };
    const next = await post({ ...DEMO, tools: [edit], previous_response_id: first.body.id });
    expect(imageIn(next.body)).toMatchObject({ status: "completed" });
    expect(imageIn(next.body).result).not.toBe(image.result);
    const named = [
      { type: "image_generation_call", id: image.id },
      { role: "user", content: "Change it" },
    ];
    expect(imageIn((await post({ ...DEMO, tools: [edit], input: named })).body)).toMatchObject({ status: "completed" });

    team.upstream.script(drawing({ prompt: "Now red", image_ids: ["image_1"] }), chatText("There."));
    const auto = { ...SMALL, model: "builtin/placeholder" };
    const answer = await post({ tools: [auto], input: "Red", previous_response_id: first.body.id });
    expect(answer.body.output).toMatchObject([{ status: "completed", revised_prompt: "Now red" }, { type: "message" }]);
    const messages = list(lastSent().messages).map(record);
    expect(messages[1]).toMatchObject({ tool_calls: [{ function: { name: "image_generation" } }] });
    expect(messages[2]).toMatchObject({ content: expect.stringContaining("image_1") });
    expect(messages.at(-1)).toMatchObject({ role: "tool", content: expect.stringContaining("image_2") });
    expect(JSON.stringify(messages)).not.toContain(image.result);
  });

  it("is changed where the user has sent it", async () => {
    const content = [
      { type: "input_text", text: "Brighter" },
      { type: "input_image", image_url: PIXEL },
    ];
    const tools = [{ ...SMALL, action: "edit", input_image_mask: { image_url: PIXEL } }];
    const { body } = await post({ ...DEMO, tools, input: [{ role: "user", content }] });
    expect(imageIn(body)).toMatchObject({ status: "completed" });
  });

  it("leaves nothing of itself in traces, nor anywhere when it is not to be stored", async () => {
    const { body } = await post({ ...DEMO, tools: [SMALL], store: false });
    expect(imageIn(body)).toMatchObject({ result: expect.any(String) });
    expect(imageIn(body)).not.toHaveProperty("file_id");
    const again = await post({ ...DEMO, input: [{ type: "image_generation_call", id: imageIn(body).id }] });
    expect(again.status).toBe(404);
  });
});

describe("a model that draws", () => {
  it("is asked as the tool says, by the route that OpenAI's wire has", async () => {
    team.upstream.script(
      drawing({ prompt: "A cat" }),
      (exchange) => exchange.json(200, { data: [{ b64_json: "QQ==", revised_prompt: "A red cat" }], quality: "high" }),
      chatText("There."),
    );
    const tools = [{ type: "image_generation", model: "scripted/gpt-image-1", quality: "high", background: "opaque" }];
    const { body } = await post({ input: "Draw", tools });
    expect(imageIn(body)).toMatchObject({
      ...{ status: "completed", result: "QQ==", revised_prompt: "A red cat" },
      ...{ quality: "high", background: "opaque", output_format: "png", size: "auto" },
    });
    expect(team.upstream.requests.at(-2)).toMatchObject({
      path: "/v1/images/generations",
      body: { model: "gpt-image-1", prompt: "A cat", quality: "high", background: "opaque" },
    });
  });

  it("that fails answers the model, and its item has failed", async () => {
    team.upstream.script(
      drawing({ prompt: "A cat" }),
      (exchange) => exchange.json(400, { error: { message: "Your prompt is not allowed." } }),
      chatText("Sorry."),
    );
    const { body } = await post({
      input: "Draw",
      tools: [{ type: "image_generation", model: "scripted/gpt-image-1" }],
    });
    expect(body).toMatchObject({
      status: "completed",
      output: [{ type: "image_generation_call", status: "failed", result: null }, { type: "message" }],
    });
    expect(list(lastSent().messages).at(-1)).toMatchObject({ content: expect.stringContaining("not allowed") });
  });

  it.each<[string, Json, { param: string; words: string }]>([
    ["there is none", { tools: [SMALL] }, { param: "tools[0].model", words: "lists none" }],
    [
      "it is unknown",
      { tools: [{ ...SMALL, model: "nobody" }] },
      { param: "tools[0].model", words: "'nobody' does not exist" },
    ],
    [
      "its provider draws nothing",
      { tools: [{ ...SMALL, model: "claude/claude-x" }] },
      { param: "tools[0].model", words: "draws no images" },
    ],
    [
      "it cannot be so large",
      { ...DEMO, tools: [{ ...SMALL, size: "9999x9999" }] },
      { param: "tools[0].size", words: "at most" },
    ],
    [
      "it knows no such setting",
      { tools: [{ type: "image_generation", model: "scripted/dall-e-3", partial_images: 1 }] },
      { param: "tools[0].partial_images", words: "no such setting" },
    ],
    [
      "a JPEG has no transparency",
      { ...DEMO, tools: [{ ...SMALL, background: "transparent", output_format: "jpeg" }] },
      { param: "tools[0].background", words: "JPEG" },
    ],
    ["a size is none", { ...DEMO, tools: [{ ...SMALL, size: "large" }] }, { param: "tools[0].size", words: "size" }],
    [
      "there is no image to change",
      { ...DEMO, tools: [{ ...SMALL, action: "edit" }] },
      { param: "tools[0].action", words: "image" },
    ],
    [
      "a mask cannot be had",
      { ...DEMO, tools: [{ ...SMALL, input_image_mask: { file_id: "file-none" } }] },
      { param: "tools[0].input_image_mask.file_id", words: "file-none" },
    ],
    [
      "an image is not the team's",
      { ...DEMO, tools: [SMALL], input: [{ type: "image_generation_call", id: "ig_none" }] },
      { param: "input", words: "ig_none" },
    ],
  ])("is refused before anything runs where %s", async (_name, body, { param, words }) => {
    const before = team.upstream.requests.length;
    const answer = await post({ input: "Draw", ...body });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.error).toMatchObject({ param, message: expect.stringContaining(words) });
    const asked = team.upstream.requests.slice(before).filter(({ path }) => !path.endsWith("/models"));
    expect(asked).toEqual([]);
  });
});

it("passes through to a provider that draws by itself", async () => {
  const item = { type: "image_generation_call", status: "completed", result: "QQ==" };
  team.upstream.script((exchange) => {
    exchange.json(200, { object: "response", status: "completed", output: [{ ...item, id: "ig_up" }] });
  });
  const tools = [{ type: "image_generation", quality: "low" }];
  const { body } = await post({ model: "native/gpt-5", input: "Draw", tools });
  expect(body.output).toMatchObject([item]);
  expect(lastSent().tools).toEqual(tools);
});
