import type { Admission, CallPolicy } from "#server/engine/builder/turn-call";
import type { EngineRequest } from "#server/engine/engine-request";
import { toModelToolChoice, withoutForce } from "#server/engine/model-tools";
import type { ResponseResource } from "#server/protocol/response";
import { modelNameOf, type RequestTool } from "#server/protocol/tools";
import { isVendorTool, toolsInNamespace } from "#server/protocol/vendor-tools";
import type { ModelToolChoice } from "#server/providers/provider";
import type { Tool } from "#server/tools/tool";

/** A tool that the client answers, and what a tool choice knows it by: in a namespace, the namespace. */
interface OfClient {
  type: "function" | "custom";
  key: string;
}

/** What of a response and of its request decides about calls. */
export interface RulesInput {
  response: Pick<ResponseResource, "tools" | "tool_choice" | "parallel_tool_calls" | "max_tool_calls">;
  request: Pick<EngineRequest, "tools" | "toolChoice" | "clientForms">;
  hosted: ReadonlyMap<string, Tool>;
}

function ofClientIn(tool: RequestTool): [string, OfClient][] {
  const key = modelNameOf(tool);
  if (tool.type === "function" || tool.type === "custom") return [[tool.name, { type: tool.type, key }]];
  if (!isVendorTool(tool)) return [];
  return toolsInNamespace(tool).map(({ namespace, name, type }) => [`${namespace}.${name}`, { type, key }]);
}

/** What a response allows its model to call, over all its turns. */
export class CallRules {
  readonly #hosted: ReadonlyMap<string, Tool>;
  /** What the client answers itself, by name (`namespace.name` in a namespace): its functions and custom tools. */
  readonly #ofClient: ReadonlyMap<string, OfClient>;
  readonly #forms: EngineRequest["clientForms"];
  readonly #choice: ModelToolChoice;
  readonly #laterChoice: ModelToolChoice;
  readonly #parallel: boolean;
  readonly #maxHostedCalls: number;
  #hostedCalls = 0;

  constructor({ response, request, hosted }: RulesInput) {
    const choice = request.toolChoice ?? response.tool_choice;
    this.#hosted = hosted;
    this.#forms = request.clientForms;
    // Those that a model reads of in its input stand in the response alone.
    this.#ofClient = new Map([...response.tools, ...request.tools].flatMap(ofClientIn));
    this.#choice = toModelToolChoice(choice, hosted);
    // A server that was chosen for the first call is not the only one allowed afterwards.
    const isServer = typeof choice === "object" && choice.type === "mcp";
    this.#laterChoice = isServer ? { type: "auto" } : withoutForce(this.#choice);
    this.#parallel = response.parallel_tool_calls;
    this.#maxHostedCalls = response.max_tool_calls ?? Number.POSITIVE_INFINITY;
  }

  /** The tool choice of a turn. Force holds for the first one only; the last one must answer. */
  choiceFor(turn: { first: boolean; last: boolean }): ModelToolChoice {
    if (turn.last && !turn.first) return { type: "none" };
    if (turn.first) return this.#choice;
    const choice = this.#laterChoice;
    if (this.#hostedCalls < this.#maxHostedCalls || choice.type === "none") return choice;
    const keys = new Set([...this.#ofClient.values()].map(({ key }) => key));
    const names = [...keys].filter((key) => choice.type !== "allowed" || choice.names.includes(key));
    return names.length > 0 ? { type: "allowed", names, mode: "auto" } : { type: "none" };
  }

  /** Decides about the calls of one turn. What a vendor did not hold its model to is held here. */
  policyFor(choice: ModelToolChoice): CallPolicy {
    let calls = 0;
    return {
      admit: (name, namespace) => {
        calls += 1;
        if (calls > 1 && !this.#parallel) return { kind: "ignored" };
        return this.#admit({ name, namespace }, choice);
      },
    };
  }

  /** Calls that the client has approved count like the model's own. */
  countApproved(calls: number): void {
    this.#hostedCalls += calls;
  }

  #admit({ name, namespace }: { name: string; namespace: string | undefined }, choice: ModelToolChoice): Admission {
    // Vendors also name namespaces for functions that are in none.
    const inNamespace = this.#ofClient.get(`${namespace}.${name}`);
    const ofClient = inNamespace ?? this.#ofClient.get(name);
    const tool = inNamespace ? undefined : this.#hosted.get(name);
    if (!tool && !ofClient) return refused(`There is no tool named '${name}'.${this.#namesOf()}`);
    const overLimit = tool !== undefined && this.#hostedCalls >= this.#maxHostedCalls;
    if (overLimit) return refused("Limit reached: no further tool calls are possible. Answer with what you know.");
    if (choice.type === "none") return refused("Tools may not be called now. Answer with what you know.");
    if (choice.type === "allowed" && !choice.names.includes(ofClient?.key ?? name)) {
      return refused(`The tool '${name}' may not be called now. Allowed: ${choice.names.join(", ")}.`);
    }
    const form = tool || inNamespace ? undefined : this.#forms?.get(name);
    if (form) return { kind: "client_run", form };
    if (!tool) return { kind: ofClient?.type ?? "function" };
    this.#hostedCalls += 1;
    if (tool.remote?.needsApproval) return { kind: "approval", tool: tool.remote };
    return { kind: "hosted", call: tool.call };
  }

  #namesOf(): string {
    const names = [...this.#ofClient.keys(), ...this.#hosted.keys()];
    return names.length > 0 ? ` There are: ${names.join(", ")}.` : "";
  }
}

function refused(reason: string): Admission {
  return { kind: "refused", reason };
}
