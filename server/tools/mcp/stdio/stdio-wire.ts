import type { ReadBuffer } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { config } from "#server/config";
import { StdioProcess } from "#server/tools/mcp/stdio/stdio-process";
import type { StdioProgram } from "#server/tools/mcp/stdio/stdio-servers";

/**
 * The SDK's transport to a program of the operator's. Not the SDK's own: that one gives the program a part of our
 * environment, and leaves what the program starts running.
 */
export class StdioWire implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #program: StdioProgram;
  #process: StdioProcess | null = null;

  constructor(program: StdioProgram) {
    this.#program = program;
  }

  /** Why the program is gone, when nobody asked it to go. */
  get fault(): string | null {
    return this.#process?.fault ?? null;
  }

  async start(): Promise<void> {
    const { ReadBuffer } = await import("@modelcontextprotocol/sdk/shared/stdio.js");
    const buffer = new ReadBuffer({ maxBufferSize: config().MCP_MAX_ANSWER_BYTES });
    const process = await StdioProcess.start(this.#program);
    this.#process = process;
    process.stdout.on("data", (chunk: Buffer) => this.#read(buffer, chunk));
    void process.ended.then(() => this.onclose?.());
  }

  #read(buffer: ReadBuffer, chunk: Buffer): void {
    try {
      buffer.append(chunk);
    } catch {
      void this.#process?.kill(`The program's answer is larger than ${config().MCP_MAX_ANSWER_BYTES} bytes.`);
      return;
    }
    for (;;) {
      try {
        const message = buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch {
        // A line that is no message: programs also print to their output what they should not.
      }
    }
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const process = this.#process;
    const isWritten = await new Promise<boolean>((resolve) => {
      if (!process?.stdin.writable) resolve(false);
      else process.stdin.write(`${JSON.stringify(message)}\n`, (error) => resolve(!error));
    });
    if (isWritten) return;
    // Only its end is known to be the reason, and it is told by what ended it.
    await process?.ended;
    throw new Error("The program is gone.");
  }

  async close(): Promise<void> {
    await this.#process?.close();
  }
}
