import type { Admission, CallPolicy } from "#server/engine/builder/turn-call";
import { toModelToolChoice, withoutForce } from "#server/engine/model-tools";
import type { ResponseResource } from "#server/protocol/response";
import type { ModelToolChoice } from "#server/providers/provider";
import type { Tool } from "#server/tools/tool";

/** What a response allows its model to call, over all its turns. */
export class CallRules {
  readonly #hosted: ReadonlyMap<string, Tool>;
  /** What the client answers itself, by name: its functions and custom tools. */
  readonly #functions: ReadonlyMap<string, "function" | "custom">;
  readonly #choice: ModelToolChoice;
  readonly #laterChoice: ModelToolChoice;
  readonly #parallel: boolean;
  readonly #maxHostedCalls: number;
  #hostedCalls = 0;

  constructor(response: ResponseResource, hosted: ReadonlyMap<string, Tool>) {
    this.#hosted = hosted;
    this.#functions = new Map(
      response.tools.flatMap((tool) =>
        tool.type === "function" || tool.type === "custom" ? [[tool.name, tool.type] as const] : [],
      ),
    );
    this.#choice = toModelToolChoice(response.tool_choice, hosted);
    // A server that was chosen for the first call is not the only one allowed afterwards.
    const isServer = typeof response.tool_choice === "object" && response.tool_choice.type === "mcp";
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
    const names = [...this.#functions.keys()].filter(
      (name) => choice.type !== "allowed" || choice.names.includes(name),
    );
    return names.length > 0 ? { type: "allowed", names, mode: "auto" } : { type: "none" };
  }

  /** Decides about the calls of one turn. What a vendor did not hold its model to is held here. */
  policyFor(choice: ModelToolChoice): CallPolicy {
    let calls = 0;
    return {
      admit: (name) => {
        calls += 1;
        if (calls > 1 && !this.#parallel) return { kind: "ignored" };
        return this.#admit(name, choice);
      },
    };
  }

  /** Calls that the client has approved count like the model's own. */
  countApproved(calls: number): void {
    this.#hostedCalls += calls;
  }

  #admit(name: string, choice: ModelToolChoice): Admission {
    const tool = this.#hosted.get(name);
    const ofClient = this.#functions.get(name);
    if (!tool && !ofClient) return refused(`There is no tool named '${name}'.${this.#namesOf()}`);
    const overLimit = tool !== undefined && this.#hostedCalls >= this.#maxHostedCalls;
    if (overLimit) return refused("Limit reached: no further tool calls are possible. Answer with what you know.");
    if (choice.type === "none") return refused("Tools may not be called now. Answer with what you know.");
    if (choice.type === "allowed" && !choice.names.includes(name)) {
      return refused(`The tool '${name}' may not be called now. Allowed: ${choice.names.join(", ")}.`);
    }
    if (!tool) return { kind: ofClient ?? "function" };
    this.#hostedCalls += 1;
    if (tool.remote?.needsApproval) return { kind: "approval", tool: tool.remote };
    return { kind: "hosted", call: tool.call };
  }

  #namesOf(): string {
    const names = [...this.#functions.keys(), ...this.#hosted.keys()];
    return names.length > 0 ? ` There are: ${names.join(", ")}.` : "";
  }
}

function refused(reason: string): Admission {
  return { kind: "refused", reason };
}
