import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A chat completions server without a model, run as a process of its own: JSON, or an event stream of one delta, or of
 * 200 for the model `mock-200`. The 200 leave in ten writes of 20 frames, as from a vendor that answers at once.
 * Prints its port.
 */
const CHUNK = { id: "chatcmpl-mock", object: "chat.completion.chunk", created: 1_700_000_000, model: "mock" };
const USAGE = { prompt_tokens: 21, completion_tokens: 200, total_tokens: 221 };
const DELTAS = 200;
const WRITES = 10;

function frame(delta: Record<string, unknown>, finish: string | null = null): string {
  return `data: ${JSON.stringify({ ...CHUNK, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

const opening = frame({ role: "assistant", content: "" });
const ending = `${frame({}, "stop")}data: ${JSON.stringify({ ...CHUNK, choices: [], usage: USAGE })}\n\ndata: [DONE]\n\n`;
const sentence = "This is the whole answer of the mock, long enough to be a plausible one for a question of this size.";
const short = Buffer.from(opening + frame({ content: sentence }) + ending);
const writes = Array.from({ length: WRITES }, (_, index) =>
  Buffer.from((index === 0 ? opening : "") + frame({ content: " word" }).repeat(DELTAS / WRITES)),
);
const last = Buffer.from(ending);
const whole = Buffer.from(
  JSON.stringify({
    ...CHUNK,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: sentence }, finish_reason: "stop" }],
    usage: USAGE,
  }),
);

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    const text = Buffer.concat(parts).toString("utf8");
    const body: { model?: string; stream?: boolean } = text === "" ? {} : JSON.parse(text);
    if (!body.stream) {
      response.writeHead(200, { "content-type": "application/json", "content-length": whole.length });
      response.end(whole);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (body.model !== "mock-200") {
      response.end(short);
      return;
    }
    let index = 0;
    const next = () => {
      const part = writes[index];
      index += 1;
      if (part === undefined) {
        response.end(last);
        return;
      }
      response.write(part);
      setImmediate(next);
    };
    next();
  });
});

server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
