import { readConversation } from "#server/providers/builtin/conversation";
import { emitReply } from "#server/providers/builtin/emit";
import { extractSummary } from "#server/providers/builtin/extract-summary";
import type { LanguageModel, ModelRequest } from "#server/providers/provider";

function reply({ input, task }: ModelRequest): string {
  const { question } = readConversation(input);
  return task === "summary" ? extractSummary(question) : question;
}

/** `builtin/echo`: streams the newest user message back, word for word. */
export function createEchoModel(): LanguageModel {
  return {
    modelId: "echo",
    stream: (request) => emitReply(request, [{ type: "text", text: reply(request) }]),
  };
}
