import { expect, it } from "vitest";
import { chooseCalls } from "#server/providers/builtin/choose-tools";
import { readConversation } from "#server/providers/builtin/conversation";
import { modelRequest, userMessage } from "#tests/support/model-request";

const tools = ["web_search_preview", "code_interpreter", "image_generation"].map((hosted) => ({
  name: hosted.replace("_preview", ""),
  description: null,
  parameters: { type: "object", properties: { prompt: { type: "string" } } },
  strict: false,
  hosted,
}));

it.each([
  ["Draw a lighthouse", "image_generation"],
  ["A picture of the harbour at night", "image_generation"],
  ["Calculate 17 times 23", "code_interpreter"],
  ["What is on the news?", "web_search"],
  ["Use the code interpreter", "code_interpreter"],
  ["How deep is the harbour?", "web_search"],
])("for %j the hosted tool is %s", (message, name) => {
  const request = modelRequest({ input: [userMessage(message)], tools });
  expect(chooseCalls(request, readConversation(request.input)).map((call) => call.name)).toEqual([name]);
});
