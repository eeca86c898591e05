import { describe, expect, it } from "vitest";
import { draftMessage, emptyDraft, type PromptVersion, toDraft, toTemplate, variablesOf } from "./template-draft";

const version = (template: object) =>
  ({
    ...{ object: "prompt.version", prompt_id: "pmpt_1", version: "1", variables: [], created_at: 1 },
    ...template,
  }) as PromptVersion;

describe("a prompt's draft", () => {
  it("names its variables once each, in the order in which they stand", () => {
    const messages = [draftMessage("user", "What of {{ city }} in {{year}}, {{city}}?")];
    expect(variablesOf({ ...emptyDraft, instructions: "Speak {{language}}.", messages })).toEqual([
      "language",
      "city",
      "year",
    ]);
    expect(variablesOf({ ...emptyDraft, instructions: "{{not one}} {one}" })).toEqual([]);
  });

  it("becomes a template without what is empty", () => {
    const messages = [draftMessage("user", "Hi"), draftMessage("user", "  ")];
    expect(toTemplate({ instructions: "", messages, model: null, more: '{ "temperature": 0.2 }' })).toEqual({
      temperature: 0.2,
      messages: [{ role: "user", content: "Hi" }],
    });
  });

  it.each(["[1]", "nonsense", "3"])("says what is wrong with %s as other fields", (more) => {
    expect(() => toTemplate({ ...emptyDraft, more })).toThrow("expected a JSON object");
  });

  it("comes back from the version that it made", () => {
    const draft = { ...emptyDraft, instructions: "Greet {{name}}.", model: "builtin/demo", more: "" };
    const messages = [{ role: "user", content: [{ type: "input_text", text: "Hello" }] }];
    const read = toDraft(version({ ...toTemplate(draft), messages, temperature: null }));
    expect(read).toMatchObject({ ...draft, messages: [{ role: "user", text: "Hello" }] });
  });

  it("keeps messages that are more than text among the other fields", () => {
    const messages = [{ role: "user", content: [{ type: "input_image", image_url: "https://example.com/a.png" }] }];
    const read = toDraft(version({ instructions: "Look.", messages }));
    expect(read.messages).toEqual([]);
    expect(toTemplate(read)).toEqual({ instructions: "Look.", messages });
  });
});
