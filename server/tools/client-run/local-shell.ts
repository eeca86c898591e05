import { z } from "zod";
import { given } from "#server/protocol/json-values";
import {
  CallId,
  type ClientRunTool,
  parametersOf,
  readArguments,
  readItem,
  whole,
} from "#server/tools/client-run/client-run-tool";

const Arguments = z.object({
  command: z.array(z.string()).min(1).describe('The program and its arguments, e.g. ["bash", "-lc", "ls -la"].'),
  working_directory: z.string().optional().describe("The directory to run it in."),
  timeout_ms: whole.optional().describe("How long it may run, in milliseconds."),
  env: z.record(z.string(), z.string()).optional().describe("Environment variables to set."),
  user: z.string().optional().describe("The user to run it as."),
});

const Call = z.looseObject({
  call_id: CallId,
  action: z.looseObject({
    command: z.array(z.string()),
    working_directory: z.string().nullish(),
    timeout_ms: z.number().nullish(),
    env: z.record(z.string(), z.string()).nullish(),
    user: z.string().nullish(),
  }),
});

const Answer = z.looseObject({ call_id: CallId, output: z.string() });

const DESCRIPTION =
  "Runs one command on the user's machine, without a shell around it, and returns what it printed. The user's side " +
  "decides whether it runs.";

/** OpenAI's `local_shell`. */
export const localShell: ClientRunTool = {
  callType: "local_shell_call",
  outputType: "local_shell_call_output",
  describe: () => ({ description: DESCRIPTION, parameters: parametersOf(Arguments) }),
  toFields(text) {
    const {
      command,
      working_directory = null,
      timeout_ms = null,
      env = {},
      user = null,
    } = readArguments(Arguments, text);
    return { action: { type: "exec", command, env, timeout_ms, working_directory, user } };
  },
  readCall(item) {
    const { call_id: callId, action } = readItem(Call, item);
    const { command, working_directory, timeout_ms, env, user } = action;
    const rest = given({ working_directory, timeout_ms, env: given(env), user });
    return { callId, arguments: JSON.stringify({ command, ...rest }) };
  },
  readAnswer(item) {
    const { call_id: callId, output } = readItem(Answer, item);
    return { callId, output };
  },
};
