import type OpenAI from "openai";
import { toFile } from "openai";
import type { ApiRoute } from "#server/api/route";

/** One of everything that a path or a body can name, by its id. */
export type Names = Record<
  | "response"
  | "completion"
  | "item"
  | "file"
  | "vectorStore"
  | "fileBatch"
  | "upload"
  | "uploadPart"
  | "container"
  | "containerFile"
  | "model"
  | "conversation"
  | "prompt",
  string
>;

/** Which of them a parameter of a path names. */
const PATH_NAMES: Record<string, keyof Names> = {
  response_id: "response",
  completion_id: "completion",
  file_id: "file",
  vector_store_id: "vectorStore",
  batch_id: "fileBatch",
  upload_id: "upload",
  container_id: "container",
  model: "model",
  conversation_id: "conversation",
  item_id: "item",
  prompt_id: "prompt",
};
/** What a path can hold beside names. */
const PATH_VALUES: Record<string, string> = { version: "1" };

/** The route's path with its parameters filled in. Throws an Error for a parameter that is in neither table. */
export function fillPath(route: Pick<ApiRoute, "path">, names: Names): string {
  return route.path.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_match, name: string) => {
    if (PATH_VALUES[name] !== undefined) return PATH_VALUES[name];
    const ofContainer = name === "file_id" && route.path.startsWith("/v1/containers/");
    const kind = ofContainer ? "containerFile" : PATH_NAMES[name];
    if (!kind) throw new Error(`nothing is known that ${name} can name: add it to PATH_NAMES`);
    return encodeURIComponent(names[kind]);
  });
}

/** An upload of what {@link createNamedThings} uploads as its only part. */
export const ANNOUNCED_UPLOAD = {
  filename: "b.txt",
  purpose: "assistants" as const,
  bytes: "secret".length,
  mime_type: "text/plain",
};

/** Makes one of everything, all of it saying "secret", with the given model. */
export async function createNamedThings(client: OpenAI, model: string): Promise<Names> {
  const file = await client.files.create({ purpose: "assistants", file: await toFile(Buffer.from("secret"), "a.txt") });
  const store = await client.vectorStores.create({ name: "theirs", file_ids: [file.id] });
  const batch = await client.vectorStores.fileBatches.create(store.id, { file_ids: [file.id] });
  const upload = await client.uploads.create(ANNOUNCED_UPLOAD);
  const part = await client.uploads.parts.create(upload.id, { data: await toFile(Buffer.from("secret"), "part") });
  const container = await client.containers.create({ name: "theirs" });
  const copied = await client.containers.files.create(container.id, { file_id: file.id });
  const response = await client.responses.create({ model, input: "Hi" });
  const messages = [{ role: "user" as const, content: "Hi" }];
  const completion = await client.chat.completions.create({ model, messages, store: true });
  const items = [{ type: "message" as const, role: "user" as const, content: "secret" }];
  const conversation = await client.conversations.create({ items });
  const [item] = (await client.conversations.items.list(conversation.id)).data;
  const prompt = await client.post<{ id: string }>("/prompts", { body: { name: "theirs", instructions: "secret" } });
  return {
    response: response.id,
    completion: completion.id,
    item: item?.id ?? "",
    conversation: conversation.id,
    prompt: prompt.id,
    file: file.id,
    vectorStore: store.id,
    fileBatch: batch.id,
    upload: upload.id,
    uploadPart: part.id,
    container: container.id,
    containerFile: copied.id,
    model,
  };
}

// As long as the given one, so that nothing but the name differs.
const unknownOf = (id: string) => `${id.slice(0, id.lastIndexOf("_") + id.lastIndexOf("-") + 2)}${"0".repeat(32)}`;

/** Names of the same kinds that nothing has. */
export function unknownNames(names: Names): Names {
  return {
    response: unknownOf(names.response),
    completion: unknownOf(names.completion),
    item: unknownOf(names.item),
    conversation: unknownOf(names.conversation),
    prompt: unknownOf(names.prompt),
    file: unknownOf(names.file),
    vectorStore: unknownOf(names.vectorStore),
    fileBatch: unknownOf(names.fileBatch),
    upload: unknownOf(names.upload),
    uploadPart: unknownOf(names.uploadPart),
    container: unknownOf(names.container),
    containerFile: unknownOf(names.containerFile),
    model: "scripten/scripted-model",
  };
}
