import { readFileSync } from "node:fs";
import { z } from "zod";
import { config } from "#server/config";

const Name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/);
const Text = z.string().regex(/^[^\0]*$/, "no NUL");

const Program = z.strictObject({
  command: Text.min(1),
  args: z.array(Text).default([]),
  env: z.record(z.string().regex(/^[^=\0]+$/), Text).default({}),
  cwd: z.string().startsWith("/", "an absolute path").default("/"),
});
const Programs = z.record(Name, Program);
/** As in the configuration files of MCP clients, with or without the outer object. */
const Outer = z.strictObject({ mcpServers: z.unknown() });
const Written = z.preprocess((value) => Outer.safeParse(value).data?.mcpServers ?? value, Programs);

/** A program that is an MCP server on its standard input and output, as the operator wrote it. */
export type StdioProgram = z.infer<typeof Program>;

interface Parsed {
  source: string;
  programs: ReadonlyMap<string, StdioProgram>;
}

const holder = globalThis as typeof globalThis & { rejoinderStdioServers?: Parsed };

/**
 * The programs that the operator allows by MCP_STDIO_SERVERS, by name; none when that is not set. A file is read once.
 * @throws Error that names the variable, when what it holds is not usable; no value of it is shown
 */
export function stdioPrograms(): ReadonlyMap<string, StdioProgram> {
  const source = config().MCP_STDIO_SERVERS ?? "{}";
  if (holder.rejoinderStdioServers?.source !== source) {
    holder.rejoinderStdioServers = { source, programs: new Map(Object.entries(parse(source))) };
  }
  return holder.rejoinderStdioServers.programs;
}

function parse(source: string): Record<string, StdioProgram> {
  const parsed = Written.safeParse(readJson(source));
  if (parsed.success) return parsed.data;
  throw unusable(`${z.prettifyError(parsed.error)}\nIt is {"<name>": {"command", "args", "env", "cwd"}}.`);
}

function readJson(source: string): unknown {
  const isInline = source.trimStart().startsWith("{");
  try {
    return JSON.parse(isInline ? source : readFileSync(source, "utf8"));
  } catch (error) {
    // The words of JSON.parse quote what they could not read, which may be a secret of `env`.
    if (error instanceof SyntaxError) throw unusable("it is not JSON.");
    throw unusable(`the file ${JSON.stringify(source)} cannot be read.`);
  }
}

function unusable(why: string): Error {
  return new Error(`MCP_STDIO_SERVERS is not usable: ${why}`);
}
