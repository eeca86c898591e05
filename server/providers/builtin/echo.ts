import { readConversation } from "#server/providers/builtin/conversation";
import { emitReply } from "#server/providers/builtin/emit";
import { answerTask } from "#server/providers/builtin/own-tasks";
import type { LanguageModel, ModelRequest } from "#server/providers/provider";

function reply(request: ModelRequest): string {
  return answerTask(request) ?? readConversation(request.input).question;
}

/** `builtin/echo`: streams the newest user message back, word for word. */
export function createEchoModel(): LanguageModel {
  return {
    modelId: "echo",
    stream: (request) => emitReply(request, [{ type: "text", text: reply(request) }]),
  };
}
