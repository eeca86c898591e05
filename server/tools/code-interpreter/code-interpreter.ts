import { z } from "zod";
import { config } from "#server/config";
import type { EndReason, RunOutcome } from "#server/tools/code-interpreter/interpreter";
import { cutText } from "#server/tools/mcp/call-result";
import type { CitableFile, HostedCall, Tool, ToolResult } from "#server/tools/tool";

const Input = z.object({ code: z.string().describe("Python code. The value of a last expression is shown.") });
type Input = z.infer<typeof Input>;

/** Pictures of one call together; more are left out, since they stand in the item. */
const MAX_IMAGE_BYTES = 4 * 1024 * 1024;

/** What a call has come to. */
export interface CodeRun {
  /** null: the interpreter has ended before it answered. */
  outcome: RunOutcome | null;
  ended: EndReason | null;
  /** True: what earlier calls have defined is gone. */
  isFresh: boolean;
  /** All files of the container, as they are now. */
  files: CitableFile[];
  /** Of those, what the call has written. */
  written: readonly string[];
  /** Paths that were not kept. */
  notKept: readonly string[];
}

export interface CodeInterpreterOptions {
  containerId: string;
  /** Paths of the files that are there at the beginning. */
  paths: readonly string[];
  run(code: string, signal: AbortSignal): Promise<CodeRun>;
  close(): Promise<void>;
}

/** OpenAI's code interpreter: Python in a container. Code that fails has run: its error is its output. */
export function createCodeInterpreterTool({ containerId, paths, run, close }: CodeInterpreterOptions): Tool<Input> {
  return {
    name: "code_interpreter",
    description: descriptionOf(paths),
    inputSchema: Input,
    cites: false,
    call: codeInterpreterCall(containerId),
    failure: (message) => ({ outputs: [logs(message)] }),
    async run({ code }, context): Promise<ToolResult> {
      const made = await run(code, context.signal);
      if (made.outcome === null) {
        const message = endMessage(made.ended ?? "broken");
        return { output: message, item: { outputs: [logs(message)] }, sources: [], files: made.files, failed: true };
      }
      const { CODE_INTERPRETER_MAX_OUTPUT_CHARS: maxChars } = config();
      const text = made.outcome.output.trimEnd();
      const cut = cutText(text, maxChars);
      if (cut !== text || made.outcome.leftOut > 0) {
        context.record({ wholeOutput: text, bytesLeftOut: made.outcome.leftOut });
      }
      const images = keptImages(made.outcome);
      const outputs = [...(cut === "" ? [] : [logs(cut)]), ...images.map(imageOutput)];
      return { output: toldOf(cut, images.length, made), item: { outputs }, sources: [], files: made.files };
    },
    close,
  };
}

/** How calls look. */
export function codeInterpreterCall(containerId: string): HostedCall {
  return {
    itemType: "code_interpreter_call",
    idKind: "code_interpreter_call",
    phases: ["in_progress", "interpreting"],
    initial: { code: "", container_id: containerId, outputs: [] },
    told: { event: "code_interpreter_call_code", field: "code", textOf: codeIn },
  };
}

/** The code in a call's arguments; empty where there is none. */
function codeIn(argumentsText: string): string {
  try {
    return Input.safeParse(JSON.parse(argumentsText)).data?.code ?? "";
  } catch {
    return "";
  }
}

function descriptionOf(paths: readonly string[]): string {
  const there = paths.length > 0 ? ` Files that are there: ${paths.join(", ")}.` : "";
  return (
    "Runs Python code. Variables stay from call to call; print what you need, or end with an expression. Files are read " +
    "from and written to /mnt/data; there is no network, no pip and no other program. Show pictures with display() or " +
    "matplotlib. To hand a file that you have written to the user, link to it in your answer as " +
    `[name](sandbox:/mnt/data/name).${there}`
  );
}

function logs(text: string): { type: "logs"; logs: string } {
  return { type: "logs", logs: text };
}

function imageOutput({ mediaType, data }: RunOutcome["images"][number]): { type: "image"; url: string } {
  return { type: "image", url: `data:${mediaType};base64,${data.toString("base64")}` };
}

function keptImages({ images }: RunOutcome): RunOutcome["images"] {
  let bytes = 0;
  return images.filter(({ data }) => {
    if (bytes + data.length > MAX_IMAGE_BYTES) return false;
    bytes += data.length;
    return true;
  });
}

/** What the model reads of a call. */
function toldOf(text: string, images: number, { outcome, isFresh, written, notKept }: CodeRun): string {
  const dropped = (outcome?.images.length ?? 0) - images;
  const lines = [
    isFresh ? "[Python was started anew: what earlier calls defined or imported is gone; files are still there.]" : "",
    text,
    outcome && outcome.leftOut > 0 ? `[${outcome.leftOut} more bytes of output were left out.]` : "",
    images > 0 ? `[The user is shown ${images} picture(s).]` : "",
    dropped > 0 ? `[${dropped} picture(s) were too large to be shown.]` : "",
    written.length > 0 ? `[Files written: ${written.join(", ")}]` : "",
    notKept.length > 0 ? `[Not kept, since the container would hold too much: ${notKept.join(", ")}]` : "",
  ].filter((line) => line !== "");
  return lines.length > 0 ? lines.join("\n") : "[The code ran and printed nothing.]";
}

function endMessage(reason: EndReason): string {
  const after = "What it had defined is gone; files of earlier calls are still there.";
  switch (reason) {
    case "timed_out":
      return `The code ran longer than ${config().CODE_INTERPRETER_TIMEOUT_SECONDS / 1000} seconds and was stopped. ${after}`;
    case "out_of_memory":
      return `The code needed more memory than it may have and was stopped. ${after}`;
    default:
      return `Python ended while it ran the code. ${after}`;
  }
}
