import { z } from "zod";
import { RequestProblem } from "#server/protocol/problem";
import { type FunctionTool, type ToolChoice, type ToolRef, toolName } from "#server/protocol/tools";

const MAX_TOOLS = 128;

const ChatFunction = z
  .object({
    name: toolName,
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  })
  .meta({ id: "ChatFunction" });
const ChatTool = z.discriminatedUnion("type", [
  z.object({ type: z.literal("function"), function: ChatFunction }).meta({ id: "ChatTool" }),
]);
const FunctionRef = z.object({ type: z.literal("function"), function: z.object({ name: toolName }) });

/** The fields of a chat request that concern tools, the deprecated ones included. */
export const ChatToolsInput = z.object({
  tools: z.array(ChatTool).max(MAX_TOOLS).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      z.discriminatedUnion("type", [
        FunctionRef,
        z.object({
          type: z.literal("allowed_tools"),
          allowed_tools: z.object({
            mode: z.enum(["auto", "required"]),
            tools: z
              .array(z.discriminatedUnion("type", [FunctionRef]))
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

export interface ChatTools {
  tools: FunctionTool[];
  toolChoice: ToolChoice;
  parallel: boolean;
  /** The request used `functions`, which call one at a time. */
  legacy: boolean;
}

function toTool({ name, description, parameters, strict }: z.infer<typeof ChatFunction>): FunctionTool {
  return {
    type: "function",
    name,
    description: description ?? null,
    parameters: parameters ?? null,
    // Unlike the Responses API, chat completions hold a model to a schema only when asked to.
    strict: strict ?? false,
  };
}

function toRef(ref: z.infer<typeof FunctionRef>): ToolRef {
  return { type: "function", name: ref.function.name };
}

function choiceOf({ tool_choice: choice }: ChatToolsInput): ToolChoice {
  if (choice == null) return "auto";
  if (typeof choice === "string") return choice;
  if (choice.type === "function") return toRef(choice);
  const { mode, tools } = choice.allowed_tools;
  return { type: "allowed_tools", mode, tools: tools.map(toRef) };
}

function legacyChoiceOf({ function_call: choice }: ChatToolsInput): ToolChoice {
  if (choice == null) return "auto";
  return typeof choice === "string" ? choice : { type: "function", name: choice.name };
}

function fail(param: string, message: string): RequestProblem {
  return new RequestProblem("invalid_value", message, { param });
}

function checkNames(tools: readonly FunctionTool[], legacy: boolean): void {
  const seen = new Set<string>();
  tools.forEach(({ name }, index) => {
    const param = legacy ? `functions[${index}].name` : `tools[${index}].function.name`;
    if (seen.has(name)) throw fail(param, `Duplicate function '${name}'. Function names must be unique.`);
    seen.add(name);
  });
}

function checkChoice(choice: ToolChoice, tools: readonly FunctionTool[], legacy: boolean): void {
  if (choice === "auto" || choice === "none") return;
  const [param, list] = legacy ? ["function_call", "functions"] : ["tool_choice", "tools"];
  if (choice === "required") {
    if (tools.length === 0) throw fail(param, `'${param}' is only allowed when '${list}' are specified.`);
    return;
  }
  const refs: ToolRef[] = choice.type === "allowed_tools" ? choice.tools : [choice];
  for (const ref of refs) {
    if (ref.type === "function" && tools.some(({ name }) => name === ref.name)) continue;
    const name = ref.type === "function" ? ref.name : ref.type;
    throw fail(param, `Invalid value for '${param}': no function named '${name}' was specified in '${list}'.`);
  }
}

/** The tools of a chat request. Throws RequestProblem for names that are not unique and choices that name nothing. */
export function readTools(body: ChatToolsInput): ChatTools {
  const legacy = body.functions != null || body.function_call != null;
  if (legacy && (body.tools != null || body.tool_choice != null)) {
    throw fail("functions", "'functions' and 'tools' cannot both be used. Use 'tools' and 'tool_choice'.");
  }
  const tools = legacy ? (body.functions ?? []).map(toTool) : (body.tools ?? []).map((tool) => toTool(tool.function));
  const toolChoice = legacy ? legacyChoiceOf(body) : choiceOf(body);
  checkNames(tools, legacy);
  checkChoice(toolChoice, tools, legacy);
  return { tools, toolChoice, parallel: !legacy && (body.parallel_tool_calls ?? true), legacy };
}
