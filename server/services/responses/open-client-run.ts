import { AppError } from "#server/errors";
import {
  type FunctionTool,
  modelNameOf,
  normalizeTool,
  type RequestTool,
  type ToolChoice,
  ToolInput,
  type ToolRef,
  withoutToolPrefix,
} from "#server/protocol/tools";
import { validate } from "#server/protocol/validate";
import { isVendorTool, type VendorTool } from "#server/protocol/vendor-tools";
import type { LanguageModel } from "#server/providers/provider";
import type { ToolsInForce } from "#server/services/responses/additional-tools";
import { clientRunAsCalls, foundTools, isClientRunItem } from "#server/services/responses/client-run-as-calls";
import type { ResponseContext } from "#server/services/responses/load-context";
import { clientRunTools, isClientRun, isClientSearch } from "#server/tools/registry";
import type { ClientCallForm } from "#server/tools/tool";

/** A request whose model knows only functions, as far as its tools are run by the client. */
export interface OpenedClientRun {
  /** Its tools: functions in the place of those. */
  tools: RequestTool[];
  /** The choice among them. */
  toolChoice: ToolChoice;
  /** How calls of those functions look on the wire, by name. */
  clientForms: ReadonlyMap<string, ClientCallForm>;
  /** The context as the model can be shown it. */
  context: ResponseContext;
}

/** The tools in force, as far as the model is told them beside its input, and the context. */
export interface ClientRunInput extends Pick<ToolsInForce, "request" | "context" | "placeOf"> {
  tools: RequestTool[];
  model: LanguageModel;
  signal: AbortSignal;
}

/**
 * Makes functions of the tools that the client runs and that OpenAI's models know by themselves, unless the model's
 * provider is given them as they are; and calls of functions of their items in the context.
 * @throws AppError unsupported_parameter (a shell in a container), invalid_request and the other codes of a refused
 *   input
 */
export async function openClientRun(input: ClientRunInput): Promise<OpenedClientRun> {
  const { request, tools, context, model, signal, placeOf } = input;
  const untouched = { tools, toolChoice: request.toolChoice, clientForms: new Map(), context };
  const isConcerned = tools.some(isOurs) || context.items.some(isClientRunItem);
  if (!isConcerned || (await model.runsTools?.(signal))) return untouched;
  const clientForms = new Map<string, ClientCallForm>();
  const functions = tools.flatMap((tool): RequestTool[] => {
    if (!isOurs(tool)) return [tool];
    // The vendor's own search picks among deferred tools; a model without it has them all at hand.
    if (tool.type === "tool_search" && !isClientSearch(tool)) return [];
    clientForms.set(tool.type, formOf(tool));
    return [functionOf(tool, placeOf(tool))];
  });
  return {
    tools: withFound(functions, context, clientForms.has("tool_search")),
    toolChoice: choiceOf(request.toolChoice, clientForms),
    clientForms,
    context: { ...context, items: clientRunAsCalls(context.items) },
  };
}

type OurTool = VendorTool & { type: keyof typeof clientRunTools };

function isOurs(tool: RequestTool): tool is OurTool {
  return isVendorTool(tool) && isClientRun(tool.type);
}

function formOf(tool: OurTool): ClientCallForm {
  const { callType, toFields } = clientRunTools[tool.type];
  return { itemType: callType, toFields: (text) => toFields(text, tool) };
}

function functionOf(tool: OurTool, place: string): FunctionTool {
  const { description, parameters } = clientRunTools[tool.type].describe(tool, place);
  return { type: "function", name: tool.type, description, parameters, strict: false };
}

/** The tools with those that the client has found. Deferred ones stay hidden until it has, where it can search. */
function withFound(tools: readonly RequestTool[], { items }: ResponseContext, canSearch: boolean): RequestTool[] {
  const found = foundTools(items).map((raw) => {
    const tool = normalizeTool(validate(ToolInput, withoutToolPrefix(raw)));
    if (tool.type === "function" || tool.type === "custom") return tool;
    const message = `A tool_search_output holds a tool of type '${tool.type}'. This model can be given functions and custom tools only.`;
    throw new AppError("invalid_value", message, { param: "input" });
  });
  const names = new Set(found.map(modelNameOf));
  const open = tools.filter((tool) => !canSearch || names.has(modelNameOf(tool)) || !isDeferred(tool));
  const known = new Set(open.map(modelNameOf));
  const added = new Map(found.filter((tool) => !known.has(tool.name)).map((tool) => [tool.name, tool]));
  return [...open, ...added.values()];
}

function isDeferred(tool: RequestTool): boolean {
  return (tool.type === "function" || tool.type === "custom") && tool.defer_loading === true;
}

function choiceOf(choice: ToolChoice, forms: ReadonlyMap<string, ClientCallForm>): ToolChoice {
  if (typeof choice === "string") return choice;
  if (choice.type !== "allowed_tools") return refOf(choice, forms);
  return { ...choice, tools: choice.tools.map((ref) => refOf(ref, forms)) };
}

function refOf(ref: ToolRef, forms: ReadonlyMap<string, ClientCallForm>): ToolRef {
  if (forms.has(ref.type)) return { type: "function", name: ref.type };
  if (ref.type !== "tool_search") return ref;
  const message =
    "Tool choice 'tool_search' needs a search that the client runs: 'execution' must be 'client' with this model.";
  throw new AppError("invalid_value", message, { param: "tool_choice" });
}
