import type { HostedCallWriter } from "#server/engine/builder/hosted-call-writer";
import type { VendorItem } from "#server/protocol/vendor-items";
import type { ModelInput } from "#server/providers/provider";
import type { ClientCallForm, HostedCall, RemoteTool } from "#server/tools/tool";

/** What becomes of a call that the model has begun. */
export type Admission =
  /** The client's own function: shown, and the run ends after this turn. */
  | { kind: "function" }
  /** The client's own custom tool: likewise. */
  | { kind: "custom" }
  /** Runs at the client's, as a call of another kind: shown once it is whole, and the run ends after this turn. */
  | { kind: "client_run"; form: ClientCallForm }
  /** Runs here. */
  | { kind: "hosted"; call: HostedCall | null }
  /** Runs here once the client has approved it: it is asked, and the run ends after this turn. */
  | { kind: "approval"; tool: RemoteTool }
  /** Not shown, not run; the model is told why. */
  | { kind: "refused"; reason: string }
  /** As if never made. */
  | { kind: "ignored" };

/** Decides about each call of a turn, in the order in which the model makes them. */
export interface CallPolicy {
  /** `namespace`: that of the client's tool, where it is in one. */
  admit(name: string, namespace?: string): Admission;
}

/** For calls before the first turn, which nobody decides about. */
export const ADMIT_ALL: CallPolicy = { admit: () => ({ kind: "function" }) };

/** One call of a turn that is the server's to answer. */
export interface TurnCall {
  callId: string;
  name: string;
  /** The JSON text of its arguments, as far as it has come. */
  argumentsText(): string;
  /** The item it shows; null for a refused call, and for one that shows items of its own. */
  writer: HostedCallWriter | null;
  /** Why it was refused; null for a call that is to run. */
  refusal: string | null;
}

/** What a turn has come to, once the model has finished it. */
export interface Turn {
  /** What the model said in this turn, as it must read it in the next: text, reasoning and all calls it made. */
  transcript: ModelInput[];
  /** Calls for the server to answer, in the order of their items. */
  calls: TurnCall[];
  /** Names of the functions that the client has to answer, one for each call. */
  functionCalls: string[];
  /** True when a message item was written. */
  spoke: boolean;
}

/** What the client is to do about a call: to approve it, or to run it. */
export type AsksClient = { kind: "approval"; tool: RemoteTool } | { kind: "client_run"; form: ClientCallForm };

/** A call that does not stream as it comes, while its arguments arrive: hosted, refused, or one to ask the client for. */
export class ServerCall implements TurnCall {
  readonly callId: string;
  readonly name: string;
  readonly writer: HostedCallWriter | null;
  /** Set later for a call of the client's whose arguments make none. */
  refusal: string | null;
  /** The item that asks the client, once it is made. */
  asked: VendorItem | null = null;
  shown = false;
  /** How the client is asked for it at the end of the turn; null for a call that is not its to answer. */
  readonly asks: AsksClient | null;
  readonly #pieces: string[] = [];
  #done = false;

  constructor(call: Pick<ServerCall, "callId" | "name" | "writer" | "refusal" | "asks">) {
    this.callId = call.callId;
    this.name = call.name;
    this.writer = call.writer;
    this.refusal = call.refusal;
    this.asks = call.asks;
  }

  add(delta: string): void {
    if (!this.#done) this.#pieces.push(delta);
  }

  done(): void {
    this.#done = true;
  }

  argumentsText(): string {
    return this.#pieces.join("").trim() || "{}";
  }

  /** False while the arguments are cut off: neither announced as done nor whole JSON. */
  isWhole(): boolean {
    if (this.#done) return true;
    try {
      JSON.parse(this.#pieces.join(""));
      return true;
    } catch {
      return false;
    }
  }

  transcript(): ModelInput {
    return { type: "tool_call", callId: this.callId, name: this.name, arguments: this.argumentsText() };
  }
}
