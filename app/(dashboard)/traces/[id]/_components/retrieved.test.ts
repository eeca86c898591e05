import { describe, expect, it } from "vitest";
import { citedAmong, readQueries, readRetrieved } from "./retrieved.tsx";

const content = {
  queries: ["what is proved"],
  results: [
    {
      file_id: "file-1",
      filename: "a.pdf",
      page: 2,
      score: 0.9,
      vector_score: 0.2,
      keyword_score: null,
      text: "the longest chain is proof of work",
    },
    { file_id: "file-1", filename: "a.pdf", score: 0.5, text: "something else entirely" },
    { shortened: true },
  ],
};

describe("readRetrieved", () => {
  it("reads passages with their scores and leaves out what is none", () => {
    const passages = readRetrieved(content);
    expect(passages).toHaveLength(2);
    expect(passages[0]).toMatchObject({ page: 2, vectorScore: 0.2, keywordScore: null });
  });
  it("is empty without content", () => expect(readRetrieved(null)).toEqual([]));
});

it("reads one query or several", () => {
  expect(readQueries(content)).toEqual(["what is proved"]);
  expect(readQueries({ query: "x" })).toEqual(["x"]);
});

it("marks the passage that a citation rests on", () => {
  const passages = readRetrieved(content);
  const text = "The longest chain is proof of work.";
  const cited = citedAmong(passages, [
    {
      type: "message",
      id: "msg_1",
      status: "completed",
      role: "assistant",
      content: [
        {
          type: "output_text",
          text,
          annotations: [{ type: "file_citation", file_id: "file-1", filename: "a.pdf", index: text.length }],
          logprobs: [],
        },
      ],
    },
  ]);
  expect([...cited]).toEqual([passages[0]]);
});
