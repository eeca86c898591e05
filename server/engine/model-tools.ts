import { z } from "zod";
import { isOwnTool, ownToolName } from "#server/protocol/own-tools";
import type { Include } from "#server/protocol/request";
import type { ResponseResource } from "#server/protocol/response";
import { OWN_LABEL } from "#server/protocol/saved-tools";
import {
  type CustomTool,
  modelNameOf,
  type PassedOfTool,
  passedOfTool,
  type RequestTool,
  type ToolChoice,
  type ToolRef,
} from "#server/protocol/tools";
import { isVendorTool, type VendorTool, vendorToolKey } from "#server/protocol/vendor-tools";
import type { ModelTextFormat, ModelTool, ModelToolChoice, ModelVendorTools } from "#server/providers/provider";
import { type Tool, toolsOfServer } from "#server/tools/tool";

const NO_PARAMETERS = { type: "object", properties: {} };
/** Values of `include` that this server itself acts on, for whichever model. */
const OWN_INCLUDES: readonly string[] = ["reasoning.encrypted_content", "message.output_text.logprobs"];
const schemas = new WeakMap<z.ZodType, Record<string, unknown>>();

/**
 * The request's tools as the model sees them, then those of MCP servers that are asked here. Hosted ones without an
 * implementation in `hosted` are left out.
 */
export function toModelTools(tools: readonly RequestTool[], hosted: ReadonlyMap<string, Tool>): ModelTool[] {
  const own = tools.flatMap((tool): ModelTool[] => {
    if (tool.type === "function") {
      const { name, description, strict } = tool;
      const parameters = tool.parameters ?? NO_PARAMETERS;
      return [{ name, description, parameters, strict, hosted: null, ...passedIn(tool) }];
    }
    if (tool.type === "custom") return [toCustomTool(tool)];
    const implemented = hosted.get(modelNameOf(tool));
    return implemented ? [toHostedTool(implemented, tool.type)] : [];
  });
  const named = new Set(own.map(({ name }) => name));
  const remote = [...hosted.values()].filter(({ name, remote }) => remote !== undefined && !named.has(name));
  return [...own, ...remote.map((tool) => toHostedTool(tool, "mcp"))];
}

function toHostedTool({ name, description, inputSchema, parameters }: Tool, kind: string): ModelTool {
  return { name, description, parameters: parameters ?? jsonSchemaOf(inputSchema), strict: false, hosted: kind };
}

function passedIn(tool: PassedOfTool): Pick<ModelTool, "passed"> {
  const passed = passedOfTool(tool);
  return passed ? { passed } : {};
}

function toCustomTool(tool: CustomTool): ModelTool {
  const { name, description, format } = tool;
  const hint =
    format.type === "grammar" ? `The text must match this ${format.syntax} grammar:\n${format.definition}` : "";
  const parameters = {
    type: "object",
    properties: { input: { type: "string", ...(hint === "" ? {} : { description: hint }) } },
    required: ["input"],
    additionalProperties: false,
  };
  const about = { name, description: description ?? null, parameters, ...passedIn(tool) };
  return { ...about, strict: false, hosted: null, custom: format };
}

/** Of a request, what concerns the tools that its model's vendor runs. */
interface VendorToolsAsked {
  tools: readonly RequestTool[];
  include: readonly Include[];
  maxToolCalls: number | null;
}

/** Those of the request's tools that are the vendor's to run: none that run here. */
export function vendorToolsOf(tools: readonly RequestTool[], hosted: ReadonlyMap<string, Tool>): VendorTool[] {
  return tools.filter(isVendorTool).filter((tool) => !hosted.has(vendorToolKey(tool)));
}

/** Those of the request's tools that the vendor runs itself, as far as the choice allows them. */
export function toVendorTools(
  { tools, include, maxToolCalls }: VendorToolsAsked,
  choice: ModelToolChoice,
  hosted: ReadonlyMap<string, Tool>,
): { vendorTools?: ModelVendorTools } {
  const open = vendorToolsOf(tools, hosted).filter(
    (tool) => choice.type !== "allowed" || choice.names.includes(vendorToolKey(tool)),
  );
  if (open.length === 0) return {};
  const wanted = include.filter((value) => !OWN_INCLUDES.includes(value));
  return { vendorTools: { tools: open, include: wanted, maxCalls: maxToolCalls } };
}

/** The request's tool choice in the vendors' vocabulary. Of an MCP server that is asked here, its tools are named. */
export function toModelToolChoice(choice: ToolChoice, hosted: ReadonlyMap<string, Tool>): ModelToolChoice {
  if (typeof choice === "string") return { type: choice };
  if (choice.type === "allowed_tools") {
    if (choice.mode === "none") return { type: "none" };
    const names = choice.tools.flatMap((ref) => remoteNames(ref, hosted) ?? modelNameOf(ref));
    return { type: "allowed", names, mode: choice.mode };
  }
  const names = remoteNames(choice, hosted);
  const [only] = names ?? [];
  if (names && only !== undefined) {
    return names.length === 1 ? { type: "tool", name: only } : { type: "allowed", names, mode: "required" };
  }
  const name = modelNameOf(choice);
  return isVendorTool(choice) && !hosted.has(name) ? { type: "vendor_tool", ref: choice } : { type: "tool", name };
}

/** The names of the hosted tools of an MCP server, or of the one that is meant; null for another kind of tool. */
function remoteNames(ref: ToolRef, hosted: ReadonlyMap<string, Tool>): string[] | null {
  if (ref.type !== "mcp" && !isOwnTool(ref)) return null;
  const [label, called] = isOwnTool(ref) ? [OWN_LABEL, ownToolName(ref)] : [ref.server_label, ref.name];
  const names = toolsOfServer(hosted, label, called).map(({ name }) => name);
  return names.length > 0 ? names : null;
}

/** The same choice once the model has been made to call: forcing it again would never let it answer. */
export function withoutForce(choice: ModelToolChoice): ModelToolChoice {
  switch (choice.type) {
    case "required":
    case "tool":
    case "vendor_tool":
      return { type: "auto" };
    case "allowed":
      return { ...choice, mode: "auto" };
    default:
      return choice;
  }
}

/** The response's text format in the vendors' vocabulary. */
export function toModelFormat(format: ResponseResource["text"]["format"]): ModelTextFormat {
  return format.type === "json_schema" ? { ...format, description: format.description ?? null } : format;
}

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  let known = schemas.get(schema);
  if (!known) {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
    known = rest;
    schemas.set(schema, known);
  }
  return known;
}
