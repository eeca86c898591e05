import { z } from "zod";
import { given } from "#server/protocol/json-values";
import {
  CallId,
  type ClientRunTool,
  parametersOf,
  readArguments,
  readItem,
} from "#server/tools/client-run/client-run-tool";

const OPERATIONS = ["create_file", "update_file", "delete_file"] as const;

const Arguments = z
  .object({
    type: z.enum(OPERATIONS).describe("What to do with the file."),
    path: z.string().min(1).describe("The file, relative to the workspace."),
    diff: z.string().optional().describe("What changes. Left out only for delete_file."),
  })
  .transform(({ type, path, diff }, context) => {
    if (type === "delete_file") return { type, path };
    if (diff !== undefined) return { type, path, diff };
    context.addIssue({ code: "custom", path: ["diff"], message: `'${type}' needs a diff` });
    return z.NEVER;
  });

const Call = z.looseObject({
  call_id: CallId,
  operation: z.looseObject({ type: z.enum(OPERATIONS), path: z.string(), diff: z.string().nullish() }),
});

const Answer = z.looseObject({
  call_id: CallId,
  status: z.enum(["completed", "failed"]),
  output: z.string().nullish(),
});

const DESCRIPTION = `Creates, changes or deletes one file of the user's workspace. The user's side applies it and answers with what came of it. For several files, call it several times.
The diff of create_file is the whole file, each line with a + before it. The diff of update_file is one or more hunks: a line "@@", or "@@ " and a line of the file that stands above the change and tells where it is (such as a function's head), then the lines themselves: three lines of context before and after the change, each with a space before it, removed lines with a -, added lines with a +. There are no line numbers and no file headers. For example:
@@ def greet():
     name = "you"
-    print("Hi")
+    print("Hello", name)
     return name`;

/** OpenAI's `apply_patch`. Its diffs are those that OpenAI's SDKs apply. */
export const applyPatch: ClientRunTool = {
  callType: "apply_patch_call",
  outputType: "apply_patch_call_output",
  describe: () => ({ description: DESCRIPTION, parameters: parametersOf(Arguments) }),
  toFields: (text) => ({ operation: readArguments(Arguments, text) }),
  readCall(item) {
    const { call_id: callId, operation } = readItem(Call, item);
    const { type, path, diff } = operation;
    return { callId, arguments: JSON.stringify({ type, path, ...given({ diff }) }) };
  },
  readAnswer(item) {
    const { call_id: callId, status, output } = readItem(Answer, item);
    const outcome = status === "completed" ? "The patch was applied." : "The patch was not applied.";
    return { callId, output: output ? `${outcome}\n${output}` : outcome };
  },
};
