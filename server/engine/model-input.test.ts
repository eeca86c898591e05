import { expect, test } from "vitest";
import { type LoadedFiles, toModelInput } from "#server/engine/model-input";
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

const PNG = "data:image/png;base64,iVBOR";
const files: LoadedFiles = {
  images: new Map([
    ["https://e.org/a.png", PNG],
    ["file-1", PNG],
    ["file-gone", null],
  ]),
  documents: new Map([
    ["file-2", { filename: "note.txt", text: "hi", images: [] }],
    ["https://e.org/r.pdf", { filename: "r.pdf", text: "Page one", images: [PNG, PNG] }],
    ["SGVsbG8=", { filename: "scan.pdf", text: null, images: [PNG] }],
    ["file-gone", null],
  ]),
};
const image = { type: "image", url: PNG, detail: "auto" };
const gone = [{ type: "text", text: "[This file is no longer available.]" }];

test.each<[InputFilePart | InputImagePart, object[]]>([
  [{ type: "input_image", image_url: "https://e.org/a.png", detail: "original" }, [{ ...image, detail: "high" }]],
  [{ type: "input_image", image_url: null, file_id: "file-1", detail: "low" }, [{ ...image, detail: "low" }]],
  [{ type: "input_image", image_url: null, file_id: "file-gone", detail: "low" }, gone],
  [{ type: "input_file", file_id: "file-2" }, [{ type: "text", text: '<file name="note.txt">\nhi\n</file>' }]],
  [
    { type: "input_file", file_url: "https://e.org/r.pdf" },
    [{ type: "text", text: '<file name="r.pdf">\nPage one\n</file>' }, image, image],
  ],
  [
    { type: "input_file", file_data: "SGVsbG8=", filename: 'my "scan".pdf' },
    [{ type: "text", text: '<file name="my \\"scan\\".pdf"/>' }, image],
  ],
  [{ type: "input_file", file_id: "file-gone" }, gone],
])("%j is read as %j", (part, expected) => {
  expect(contentOf(user([part]), files)).toEqual(expected);
});

test("a tool's images and files are read as a message's are", () => {
  const output = [
    { type: "input_text" as const, text: "See:" },
    { type: "input_image" as const, image_url: null, file_id: "file-1", detail: "auto" as const },
    { type: "input_file" as const, file_id: "file-2" },
  ];
  const [result] = toModelInput(
    [{ type: "function_call_output", id: "o1", status: "completed", call_id: "c1", output }],
    files,
  );
  expect(result).toMatchObject({
    type: "tool_result",
    output: [{ text: "See:" }, image, { type: "text", text: '<file name="note.txt">\nhi\n</file>' }],
  });
});

test.each<InputFilePart | InputImagePart>([
  { type: "input_file", file_id: "file-3" },
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
