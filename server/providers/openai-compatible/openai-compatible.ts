import { createChatModel } from "#server/providers/openai-compatible/chat-model";
import { createEmbeddingModel } from "#server/providers/openai-compatible/embedding-model";
import { createImageModel } from "#server/providers/openai-compatible/image-model";
import { listModels } from "#server/providers/openai-compatible/list-models";
import type { Connection, Provider } from "#server/providers/provider";
import { createRerankModel } from "#server/providers/shared/rerank-model";

/** Any server that speaks OpenAI's chat completions: OpenAI, Ollama, LM Studio, vLLM, Groq, Together, OpenRouter, … */
export function createOpenAiCompatibleProvider(connection: Connection): Provider {
  return {
    languageModel: (id) => createChatModel(connection, id),
    embeddingModel: (id, options) => createEmbeddingModel(connection, id, options),
    rerankModel: (id) => createRerankModel(connection, id),
    imageModel: (id) => createImageModel(connection, id),
    listModels: (signal) => listModels(connection, signal),
  };
}
