import { expect, test } from "vitest";
import { toModelInput } from "#server/engine/model-input";
import { isAppError } from "#server/errors";
import type { InputFilePart, InputImagePart } from "#server/protocol/content";
import type { Item } from "#server/protocol/items";

const user = (content: (InputFilePart | InputImagePart)[]): Item => ({
  type: "message",
  id: "msg_1",
  status: "completed",
  role: "user",
  content,
});
const contentOf = (item: Item, files?: Parameters<typeof toModelInput>[1]) => {
  const [input] = toModelInput([item], files);
  return input?.type === "message" ? input.content : [];
};
const note = { data: "aGk=", mediaType: "text/plain", filename: "note.txt" };

test("a conversation as the model sees it", () => {
  const items: Item[] = [
    {
      type: "message",
      id: "m1",
      status: "completed",
      role: "developer",
      content: [{ type: "input_text", text: "Be brief." }],
    },
    {
      type: "reasoning",
      id: "r1",
      status: "completed",
      summary: [{ type: "summary_text", text: "s" }],
      content: [{ type: "reasoning_text", text: "hm" }],
      encrypted_content: "x",
    },
    { type: "function_call", id: "f1", status: "completed", call_id: "c1", name: "look", arguments: "{}" },
    { type: "function_call_output", id: "o1", status: "completed", call_id: "c1", output: "seen" },
    {
      type: "message",
      id: "m2",
      status: "completed",
      role: "assistant",
      content: [
        { type: "output_text", text: "So.", annotations: [], logprobs: [] },
        { type: "refusal", refusal: "No more." },
      ],
    },
  ];
  expect(toModelInput(items)).toEqual([
    { type: "message", role: "developer", content: [{ type: "text", text: "Be brief." }] },
    { type: "reasoning", text: "hm", summary: ["s"], encryptedContent: "x" },
    { type: "tool_call", callId: "c1", name: "look", arguments: "{}" },
    { type: "tool_result", callId: "c1", name: "look", output: [{ type: "text", text: "seen" }], isError: false },
    {
      type: "message",
      role: "assistant",
      content: [
        { type: "text", text: "So." },
        { type: "text", text: "No more." },
      ],
    },
  ]);
});

test("an earlier search is shown with what it found, and nothing in it can be cited", () => {
  const search: Item = {
    type: "file_search_call",
    id: "fs_1",
    status: "completed",
    queries: ["cats"],
    results: [{ file_id: "file-1", filename: "a.md", text: "Cats purr.", score: 1, attributes: {} }],
  };
  const [call, result] = toModelInput([search]);
  expect(call).toEqual({ type: "tool_call", callId: "fs_1", name: "file_search", arguments: '{"queries":["cats"]}' });
  expect(result).toMatchObject({ callId: "fs_1", output: [{ text: "a.md\nCats purr." }] });
  expect(JSON.stringify(result)).not.toContain("【");
  expect(toModelInput([{ ...search, status: "failed" }])).toEqual([]);
});

test.each<[InputFilePart | InputImagePart, object]>([
  [
    { type: "input_image", image_url: "https://e.org/a.png", detail: "original" },
    { type: "image", url: "https://e.org/a.png", detail: "high" },
  ],
  [
    { type: "input_image", image_url: null, file_id: "file-1", detail: "auto" },
    { type: "image", url: "data:text/plain;base64,aGk=", detail: "auto" },
  ],
  [
    { type: "input_file", file_id: "file-1" },
    { type: "file", ...note },
  ],
  [
    { type: "input_file", file_data: "data:application/pdf;base64,JVBE", filename: "x" },
    { type: "file", data: "JVBE", mediaType: "application/pdf", filename: "x" },
  ],
  [
    { type: "input_file", file_data: "JVBE", filename: "Report.PDF" },
    { type: "file", data: "JVBE", mediaType: "application/pdf", filename: "Report.PDF" },
  ],
])("%j is read as %j", (part, expected) => {
  expect(contentOf(user([part]), new Map([["file-1", note]]))).toEqual([expected]);
});

test.each<InputFilePart | InputImagePart>([
  { type: "input_file", file_id: "file-2" },
  { type: "input_file" },
  { type: "input_image", image_url: null, detail: "auto" },
])("%j cannot be read, and the request says so", (part) => {
  let caught: unknown;
  try {
    toModelInput([user([part])]);
  } catch (error) {
    caught = error;
  }
  expect(isAppError(caught) && { code: caught.code, param: caught.param }).toEqual({
    code: "invalid_value",
    param: "input",
  });
});
