import { z } from "zod";
import { AppError } from "#server/errors";
import { given } from "#server/protocol/json-values";
import type { VendorTool } from "#server/protocol/vendor-tools";
import {
  CallId,
  type ClientRunTool,
  parametersOf,
  readArguments,
  readItem,
  whole,
} from "#server/tools/client-run/client-run-tool";

const Arguments = z.object({
  commands: z
    .array(z.string())
    .min(1)
    .describe("Shell commands. They may run at the same time, each in its own shell."),
  timeout_ms: whole.optional().describe("How long each may run, in milliseconds."),
  max_output_length: whole.optional().describe("How many characters of output to return of each."),
});

const Call = z.looseObject({
  call_id: CallId,
  action: z.looseObject({
    commands: z.array(z.string()),
    timeout_ms: z.number().nullish(),
    max_output_length: z.number().nullish(),
  }),
});

const Printed = z.looseObject({
  stdout: z.string().nullish(),
  stderr: z.string().nullish(),
  outcome: z.discriminatedUnion("type", [
    z.looseObject({ type: z.literal("exit"), exit_code: z.number() }),
    z.looseObject({ type: z.literal("timeout") }),
  ]),
});
const Answer = z.looseObject({ call_id: CallId, output: z.array(Printed) });

const LocalSkills = z.looseObject({
  environment: z.looseObject({
    skills: z.array(z.looseObject({ name: z.string(), description: z.string(), path: z.string() })),
  }),
});
const InContainer = z.looseObject({
  environment: z.looseObject({ type: z.enum(["container_auto", "container_reference"]) }),
});
const Local = z.looseObject({ environment: z.looseObject({ type: z.literal("local") }) });

const DESCRIPTION =
  "Runs shell commands on the user's machine and returns what each printed and how it ended. The user's side decides " +
  "whether they run.";

function skillsOf(tool: VendorTool): string {
  const skills = LocalSkills.safeParse(tool).data?.environment.skills ?? [];
  if (skills.length === 0) return "";
  const lines = skills.map(({ name, description, path }) => `- ${name} (${path}): ${description}`);
  return `\nSkills, each a directory on that machine with instructions in its SKILL.md, to be read before use:\n${lines.join("\n")}`;
}

function outputText({ stdout, stderr, outcome }: z.infer<typeof Printed>, number: number): string {
  const end = outcome.type === "exit" ? `exit code ${outcome.exit_code}` : "stopped: its time was up";
  const streams = [
    ...(stdout ? [`stdout:\n${stdout.trimEnd()}`] : []),
    ...(stderr ? [`stderr:\n${stderr.trimEnd()}`] : []),
  ];
  return [`Command ${number}: ${end}`, ...(streams.length > 0 ? streams : ["It printed nothing."])].join("\n");
}

/** OpenAI's `shell`, as far as the client runs it: containers are the vendor's. */
export const shell: ClientRunTool = {
  callType: "shell_call",
  outputType: "shell_call_output",
  describe(tool, place) {
    if (InContainer.safeParse(tool).success) {
      throw new AppError(
        "unsupported_parameter",
        "A shell in a container is run by the model's provider, and this model's runs no tools. With every model the " +
          "client can run it: 'environment' must be left out or be of type 'local'.",
        { param: `${place}.environment` },
      );
    }
    return { description: `${DESCRIPTION}${skillsOf(tool)}`, parameters: parametersOf(Arguments) };
  },
  toFields(text, tool) {
    const { commands, timeout_ms = null, max_output_length = null } = readArguments(Arguments, text);
    const environment = Local.safeParse(tool).success ? { type: "local" } : null;
    return { action: { commands, timeout_ms, max_output_length }, environment };
  },
  readCall(item) {
    const { call_id: callId, action } = readItem(Call, item);
    const { commands, timeout_ms, max_output_length } = action;
    const rest = given({ timeout_ms, max_output_length });
    return { callId, arguments: JSON.stringify({ commands, ...rest }) };
  },
  readAnswer(item) {
    const { call_id: callId, output } = readItem(Answer, item);
    const texts = output.map((printed, index) => outputText(printed, index + 1));
    return { callId, output: texts.join("\n\n") || "No command was run." };
  },
};
