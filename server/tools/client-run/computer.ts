import { z } from "zod";
import type { VendorTool } from "#server/protocol/vendor-tools";
import {
  CallId,
  type ClientRunTool,
  parametersOf,
  readArguments,
  readItem,
  whole,
} from "#server/tools/client-run/client-run-tool";

const ACTIONS = ["click", "double_click", "drag", "keypress", "move", "screenshot", "scroll", "type", "wait"] as const;

const Point = z.object({ x: whole, y: whole });

/** One flat object for all kinds: unions of objects are what vendors' schemas differ most in. */
const Action = z
  .object({
    type: z.enum(ACTIONS).describe("What to do. screenshot only looks; wait gives the screen time to change."),
    x: whole.optional().describe("click, double_click, move, scroll: pixels from the left."),
    y: whole.optional().describe("click, double_click, move, scroll: pixels from the top."),
    button: z.enum(["left", "right", "wheel", "back", "forward"]).optional().describe("click: left when left out."),
    scroll_x: whole.optional().describe("scroll: pixels to the right."),
    scroll_y: whole.optional().describe("scroll: pixels down."),
    path: z.array(Point).optional().describe("drag: the points it goes through."),
    keys: z.array(z.string()).optional().describe('keypress: keys pressed together, e.g. ["CTRL", "C"].'),
    text: z.string().optional().describe("type: what to type."),
  })
  .transform((action, context) => {
    const missing = NEEDS[action.type].filter((field) => action[field] === undefined);
    for (const field of missing) {
      context.addIssue({ code: "custom", path: [field], message: `'${action.type}' needs it` });
    }
    return missing.length > 0 ? z.NEVER : FIELDS[action.type](action);
  });

interface Written {
  type: (typeof ACTIONS)[number];
  x?: number | undefined;
  y?: number | undefined;
  button?: string | undefined;
  scroll_x?: number | undefined;
  scroll_y?: number | undefined;
  path?: { x: number; y: number }[] | undefined;
  keys?: string[] | undefined;
  text?: string | undefined;
}

const NEEDS: Record<Written["type"], readonly (keyof Written)[]> = {
  click: ["x", "y"],
  double_click: ["x", "y"],
  drag: ["path"],
  keypress: ["keys"],
  move: ["x", "y"],
  screenshot: [],
  scroll: ["x", "y"],
  type: ["text"],
  wait: [],
};

/** The fields that each action has in OpenAI's contract. */
const FIELDS: Record<Written["type"], (action: Written) => Record<string, unknown>> = {
  click: ({ x, y, button = "left" }) => ({ type: "click", button, x, y }),
  double_click: ({ x, y, keys }) => ({ type: "double_click", x, y, keys: keys ?? null }),
  drag: ({ path }) => ({ type: "drag", path }),
  keypress: ({ keys }) => ({ type: "keypress", keys }),
  move: ({ x, y }) => ({ type: "move", x, y }),
  screenshot: () => ({ type: "screenshot" }),
  scroll: ({ x, y, scroll_x = 0, scroll_y = 0 }) => ({ type: "scroll", x, y, scroll_x, scroll_y }),
  type: ({ text }) => ({ type: "type", text }),
  wait: () => ({ type: "wait" }),
};

const Several = z.object({ actions: z.array(Action).min(1).describe("What to do, one after the other.") });
const One = z.object({ action: Action.describe("What to do.") });

const Call = z.looseObject({
  call_id: CallId,
  action: z.looseObject({ type: z.string() }).nullish(),
  actions: z.array(z.looseObject({ type: z.string() })).nullish(),
});

const Answer = z.looseObject({
  call_id: CallId,
  output: z
    .looseObject({ image_url: z.string().nullish(), file_id: z.string().nullish() })
    .refine(({ image_url, file_id }) => image_url != null || file_id != null, "an image_url or a file_id is needed"),
});

const Display = z.looseObject({ environment: z.string(), display_width: z.number(), display_height: z.number() });

const DESCRIPTION =
  "Uses the user's computer by mouse and keyboard, and answers with a screenshot of the screen as it is then. Look " +
  "at the screen first. The user's side decides whether an action is carried out.";

function displayOf(tool: VendorTool): string {
  const { data } = Display.safeParse(tool);
  if (!data) return "";
  return ` The environment is '${data.environment}', its screen ${data.display_width} by ${data.display_height} pixels.`;
}

const AFTER = { type: "input_text", text: "The screen now:" } as const;

/** OpenAI's `computer`, whose calls hold several actions, and `computer_use_preview`, whose calls hold one. */
function computerTool(schema: typeof Several | typeof One): ClientRunTool {
  return {
    callType: "computer_call",
    outputType: "computer_call_output",
    describe: (tool) => ({ description: `${DESCRIPTION}${displayOf(tool)}`, parameters: parametersOf(schema) }),
    toFields: (text) => ({ ...readArguments<typeof schema>(schema, text), pending_safety_checks: [] }),
    readCall(item) {
      const { call_id: callId, action, actions } = readItem(Call, item);
      return { callId, arguments: JSON.stringify(actions == null ? { action } : { actions }) };
    },
    readAnswer(item) {
      const { call_id: callId, output } = readItem(Answer, item);
      const { image_url, file_id } = output;
      const source = { image_url: image_url ?? null, ...(file_id == null ? {} : { file_id }) };
      return { callId, output: [AFTER, { type: "input_image", detail: "auto", ...source }] };
    },
  };
}

export const computer = computerTool(Several);
export const computerUsePreview = computerTool(One);
