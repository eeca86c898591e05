import { afterEach, expect, it, vi } from "vitest";
import { answerEventStream, sseFrame } from "#server/api/event-stream";
import type { ApiRequest } from "#server/api/route";
import { setClock } from "#server/clock";
import { silentTrace } from "#server/tracing/span";
import { installFakeClock } from "#tests/support/fake-clock";

afterEach(() => setClock());

function webRequest(abandon: () => void = () => {}): ApiRequest {
  const raw = new Request("http://localhost/v1/responses");
  return {
    ctx: { principal: { type: "system", teamId: "t" }, signal: new AbortController().signal, trace: silentTrace },
    dialect: "default",
    params: {},
    query: new URLSearchParams(),
    headers: raw.headers,
    json: async () => ({}),
    raw,
    incoming: null,
    outgoing: null,
    answerHeaders: { "x-request-id": "id" },
    abandon,
    startedAt: performance.now(),
  };
}

const pending = { add: () => {}, remove: () => {} };

it("frames an event with its type, LF only", () => {
  expect(sseFrame("a.b", '{"type":"a.b"}')).toBe('event: a.b\ndata: {"type":"a.b"}\n\n');
});

it("ends a web stream with [DONE] and sends what headers it must", async () => {
  async function* frames() {
    yield "event: a\ndata: 1\n\n";
    yield "event: b\ndata: 2\n\n";
  }
  const answer = await answerEventStream(webRequest(), { frames: frames(), pending });
  expect(answer.headers.get("x-request-id")).toBe("id");
  expect(answer.headers.get("x-accel-buffering")).toBe("no");
  expect(await answer.text()).toBe("event: a\ndata: 1\n\nevent: b\ndata: 2\n\ndata: [DONE]\n\n");
});

it("says that the caller is gone when a web stream is cancelled, and reads the source to its end", async () => {
  const abandon = vi.fn();
  let ended = false;
  async function* frames() {
    try {
      yield "event: a\ndata: 1\n\n";
      yield "event: b\ndata: 2\n\n";
      yield "event: c\ndata: 3\n\n";
    } finally {
      ended = true;
    }
  }
  const answer = await answerEventStream(webRequest(abandon), { frames: frames(), pending });
  const reader = answer.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect(abandon).toHaveBeenCalledOnce();
  expect(ended).toBe(true);
});

it("sends a comment after each 15 s of silence, and none while frames come", async () => {
  const clock = installFakeClock();
  let next = () => {};
  async function* frames() {
    for (let i = 0; ; i++) {
      await new Promise<void>((resolve) => (next = resolve));
      yield `event: a\ndata: ${i}\n\n`;
    }
  }
  const answer = await answerEventStream(webRequest(), { frames: frames(), pending });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => (await reader?.read())?.value;
  const first = read();
  clock.advance(14_000);
  next();
  expect(await first).toBe("event: a\ndata: 0\n\n");
  const second = read();
  clock.advance(14_000);
  clock.advance(1_000);
  expect(await second).toBe(": keep-alive\n\n");
  const third = read();
  clock.advance(15_000);
  expect(await third).toBe(": keep-alive\n\n");
});
