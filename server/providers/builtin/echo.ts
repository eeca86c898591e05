import { readConversation } from "#server/providers/builtin/conversation";
import { emitReply } from "#server/providers/builtin/emit";
import type { LanguageModel } from "#server/providers/provider";

/** `builtin/echo`: streams the newest user message back, word for word. */
export function createEchoModel(): LanguageModel {
  return {
    modelId: "echo",
    stream: (request) => emitReply(request, [{ type: "text", text: readConversation(request.input).question }]),
  };
}
