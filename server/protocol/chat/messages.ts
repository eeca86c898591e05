import { z } from "zod";
import { breakpoint, MAX_FILE_DATA_LENGTH, MAX_IMAGE_URL_LENGTH, MAX_TEXT_LENGTH } from "#server/protocol/content";
import { toolName } from "#server/protocol/tools";

const text = z.string().max(MAX_TEXT_LENGTH);
const name = z.string().max(256).nullish();

const TextPart = z.object({ type: z.literal("text"), text, ...breakpoint }).meta({ id: "ChatTextPart" });
const RefusalPart = z.object({ type: z.literal("refusal"), refusal: text }).meta({ id: "ChatRefusalPart" });
const ImagePart = z
  .object({
    type: z.literal("image_url"),
    image_url: z.object({
      url: z.string().min(1).max(MAX_IMAGE_URL_LENGTH),
      detail: z.enum(["auto", "low", "high"]).nullish(),
    }),
    ...breakpoint,
  })
  .meta({ id: "ChatImagePart" });
const AudioPart = z
  .object({
    type: z.literal("input_audio"),
    input_audio: z.object({ data: z.string().min(1).max(MAX_FILE_DATA_LENGTH), format: z.enum(["wav", "mp3"]) }),
  })
  .meta({ id: "ChatAudioPart" });
const FilePart = z
  .object({
    type: z.literal("file"),
    file: z.object({
      file_id: z.string().nullish(),
      file_data: z.string().max(MAX_FILE_DATA_LENGTH).nullish(),
      filename: z.string().nullish(),
    }),
    ...breakpoint,
  })
  .meta({ id: "ChatFilePart" });

const onlyText = z.union([text, z.array(TextPart).min(1)]);

const FunctionCall = z.object({
  id: z.string().min(1),
  type: z.literal("function"),
  function: z.object({ name: toolName, arguments: z.string() }),
});
const CustomCall = z.object({
  id: z.string().min(1),
  type: z.literal("custom"),
  custom: z.object({ name: toolName, input: text }),
});
const ToolCall = z.discriminatedUnion("type", [FunctionCall, CustomCall]);
export type ChatCallInput = z.infer<typeof ToolCall>;

const SystemMessage = z
  .object({ role: z.enum(["system", "developer"]), content: onlyText, name })
  .meta({ id: "ChatSystemMessage" });
const UserMessage = z
  .object({
    role: z.literal("user"),
    content: z.union([text, z.array(z.discriminatedUnion("type", [TextPart, ImagePart, AudioPart, FilePart])).min(1)]),
    name,
  })
  .meta({ id: "ChatUserMessage" });
const AssistantMessage = z
  .object({
    role: z.literal("assistant"),
    content: z.union([text, z.array(z.discriminatedUnion("type", [TextPart, RefusalPart])).min(1)]).nullish(),
    refusal: text.nullish(),
    /** What some vendors want back beside the calls of a turn. */
    reasoning_content: text.nullish(),
    tool_calls: z.array(ToolCall).nullish(),
    function_call: z.object({ name: toolName, arguments: z.string() }).nullish(),
    name,
  })
  .meta({ id: "ChatAssistantMessage" });
const ToolMessage = z
  .object({
    role: z.literal("tool"),
    content: z.union([text, z.array(z.discriminatedUnion("type", [TextPart, ImagePart])).min(1)]),
    tool_call_id: z.string().min(1),
  })
  .meta({ id: "ChatToolMessage" });
const FunctionMessage = z
  .object({ role: z.literal("function"), content: text.nullish(), name: toolName })
  .meta({ id: "ChatFunctionMessage" });

/** A message of a chat completion request. */
export const ChatMessage = z.discriminatedUnion("role", [
  SystemMessage,
  UserMessage,
  AssistantMessage,
  ToolMessage,
  FunctionMessage,
]);
export type ChatMessage = z.infer<typeof ChatMessage>;
export type ChatAssistantMessage = z.infer<typeof AssistantMessage>;
export type ChatUserPart = Exclude<z.infer<typeof UserMessage>["content"], string>[number];
