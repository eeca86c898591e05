import { z } from "zod";
import { RequestProblem } from "#server/protocol/problem";
import {
  type CustomTool,
  type FunctionTool,
  type ToolChoice,
  type ToolChoiceMode,
  type ToolRef,
  toolName,
} from "#server/protocol/tools";

const MAX_TOOLS = 128;

const ChatFunction = z
  .object({
    name: toolName,
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  })
  .meta({ id: "ChatFunction" });
const CustomFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({
    type: z.literal("grammar"),
    grammar: z.object({ syntax: z.enum(["lark", "regex"]), definition: z.string().min(1) }),
  }),
]);
const ChatCustom = z
  .object({ name: toolName, description: z.string().nullish(), format: CustomFormat.nullish() })
  .meta({ id: "ChatCustomTool" });
const ChatTool = z.discriminatedUnion("type", [
  z.object({ type: z.literal("function"), function: ChatFunction }).meta({ id: "ChatTool" }),
  z.object({ type: z.literal("custom"), custom: ChatCustom }).meta({ id: "ChatCustomToolEntry" }),
]);
const Named = z.object({ name: toolName });
const FunctionRef = z.object({ type: z.literal("function"), function: Named });
const CustomRef = z.object({ type: z.literal("custom"), custom: Named });

/** The fields of a chat request that concern tools, the deprecated ones included. */
export const ChatToolsInput = z.object({
  tools: z.array(ChatTool).max(MAX_TOOLS).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      z.discriminatedUnion("type", [
        FunctionRef,
        CustomRef,
        z.object({
          type: z.literal("allowed_tools"),
          allowed_tools: z.object({
            mode: z.enum(["auto", "required"]),
            tools: z
              .array(z.discriminatedUnion("type", [FunctionRef, CustomRef]))
              .min(1)
              .max(MAX_TOOLS),
          }),
        }),
      ]),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  functions: z.array(ChatFunction).max(MAX_TOOLS).nullish(),
  function_call: z.union([z.enum(["none", "auto"]), z.object({ name: toolName })]).nullish(),
});
type ChatToolsInput = z.infer<typeof ChatToolsInput>;

/** A tool that the client runs: all that chat completions know. */
type ClientTool = FunctionTool | CustomTool;
type ClientToolRef = Extract<ToolRef, { name: string }>;
type ClientToolChoice =
  | ToolChoiceMode
  | ClientToolRef
  | { type: "allowed_tools"; mode: "auto" | "required"; tools: ClientToolRef[] };

export interface ChatTools {
  tools: ClientTool[];
  toolChoice: ToolChoice;
  parallel: boolean;
  /** The request used `functions`, which call one at a time. */
  legacy: boolean;
}

function toFunction({ name, description, parameters, strict }: z.infer<typeof ChatFunction>): FunctionTool {
  return {
    type: "function",
    name,
    description: description ?? null,
    parameters: parameters ?? null,
    // Unlike the Responses API, chat completions hold a model to a schema only when asked to.
    strict: strict ?? false,
  };
}

function toTool(tool: z.infer<typeof ChatTool>): ClientTool {
  if (tool.type === "function") return toFunction(tool.function);
  const { name, description, format } = tool.custom;
  const about = description == null ? {} : { description };
  const grammar = format?.type === "grammar" ? { type: format.type, ...format.grammar } : null;
  return { type: "custom", name, ...about, format: grammar ?? { type: "text" } };
}

function toRef(ref: z.infer<typeof FunctionRef> | z.infer<typeof CustomRef>): ClientToolRef {
  return ref.type === "function"
    ? { type: "function", name: ref.function.name }
    : { type: "custom", name: ref.custom.name };
}

function choiceOf({ tool_choice: choice }: ChatToolsInput): ClientToolChoice {
  if (choice == null) return "auto";
  if (typeof choice === "string") return choice;
  if (choice.type !== "allowed_tools") return toRef(choice);
  const { mode, tools } = choice.allowed_tools;
  return { type: "allowed_tools", mode, tools: tools.map(toRef) };
}

function legacyChoiceOf({ function_call: choice }: ChatToolsInput): ClientToolChoice {
  if (choice == null) return "auto";
  return typeof choice === "string" ? choice : { type: "function", name: choice.name };
}

function fail(param: string, message: string): RequestProblem {
  return new RequestProblem("invalid_value", message, { param });
}

function checkNames(tools: readonly ClientTool[], legacy: boolean): void {
  const seen = new Set<string>();
  tools.forEach(({ type, name }, index) => {
    const param = legacy ? `functions[${index}].name` : `tools[${index}].${type}.name`;
    if (seen.has(name)) throw fail(param, `Duplicate tool '${name}'. Tool names must be unique.`);
    seen.add(name);
  });
}

function checkChoice(choice: ClientToolChoice, tools: readonly ClientTool[], legacy: boolean): void {
  const [param, list] = legacy ? ["function_call", "functions"] : ["tool_choice", "tools"];
  if (choice === "required" && tools.length === 0) {
    throw fail(param, `'${param}' is only allowed when '${list}' are specified.`);
  }
  if (typeof choice === "string") return;
  for (const { type, name } of choice.type === "allowed_tools" ? choice.tools : [choice]) {
    if (tools.some((tool) => tool.type === type && tool.name === name)) continue;
    throw fail(param, `Invalid value for '${param}': no ${type} tool named '${name}' was specified in '${list}'.`);
  }
}

/** The tools of a chat request. Throws RequestProblem for names that are not unique and choices that name nothing. */
export function readTools(body: ChatToolsInput): ChatTools {
  const legacy = body.functions != null || body.function_call != null;
  if (legacy && (body.tools != null || body.tool_choice != null)) {
    throw fail("functions", "'functions' and 'tools' cannot both be used. Use 'tools' and 'tool_choice'.");
  }
  const tools = legacy ? (body.functions ?? []).map(toFunction) : (body.tools ?? []).map(toTool);
  const toolChoice = legacy ? legacyChoiceOf(body) : choiceOf(body);
  checkNames(tools, legacy);
  checkChoice(toolChoice, tools, legacy);
  return { tools, toolChoice, parallel: !legacy && (body.parallel_tool_calls ?? true), legacy };
}
