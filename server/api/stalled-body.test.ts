import { setTimeout as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { limitStalls, watchBody } from "#server/api/stalled-body";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import { collectStartupGarbage } from "#server/startup-garbage";
import { type FakeClock, installFakeClock } from "#tests/support/fake-clock";

let clock: FakeClock;
beforeEach(() => {
  setConfig(parseConfig({ REQUEST_IDLE_SECONDS: "60" }));
  clock = installFakeClock();
});
afterEach(() => setClock());

/** A body whose pieces come when they are sent. */
function openBody() {
  let push = (_piece: Uint8Array | null) => {};
  let returned = false;
  const pieces: (Uint8Array | null)[] = [];
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const piece =
          pieces.length > 0 ? pieces.shift() : await new Promise<Uint8Array | null>((resolve) => (push = resolve));
        return piece ? { done: false as const, value: piece } : { done: true as const, value: undefined };
      },
      return: async () => {
        returned = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  return {
    body,
    send: (piece: Uint8Array | null) => push(piece),
    ahead: (piece: Uint8Array | null) => pieces.push(piece),
    returned: () => returned,
  };
}

const piece = new Uint8Array([1]);

it("breaks a body off whose sender stalls, and lets go of it", async () => {
  const { body, send, returned } = openBody();
  const reader = limitStalls(body);
  const first = reader.next();
  await turn(0);
  clock.advance(59_000);
  send(piece);
  expect((await first).value).toBe(piece);
  const second = reader.next();
  await turn(0);
  clock.advance(60_000);
  await expect(second).rejects.toMatchObject({ code: "request_timeout", message: expect.stringContaining("60 s") });
  expect(returned()).toBe(true);
});

it("breaks a body off that only dribbles, and takes a slow one that keeps its pace", async () => {
  setConfig(parseConfig({ REQUEST_IDLE_SECONDS: "60", REQUEST_MIN_BYTES_PER_SECOND: "100" }));
  const readFor = async (bytes: number, seconds: number, pieces: number) => {
    const { body, send } = openBody();
    const reader = limitStalls(body);
    for (let count = 0; count < pieces; count += 1) {
      const next = reader.next();
      // It may be refused while this waits.
      next.catch(() => {});
      await turn(0);
      clock.advance(seconds * 1000);
      send(new Uint8Array(bytes));
      await next;
    }
    await reader.return(undefined);
  };
  await readFor(5_000, 50, 10);
  await expect(readFor(1, 30, 4)).rejects.toMatchObject({
    code: "request_timeout",
    message: "The request's body comes more slowly than 100 bytes a second.",
  });
});

it("gives up on dribbling within one read too", async () => {
  const watch = watchBody();
  const outcome = watch.wait(new Promise(() => {})).catch((error: unknown) => error);
  for (let byte = 0; byte < 3; byte += 1) {
    clock.advance(30_000);
    watch.touch(1);
  }
  expect(await outcome).toMatchObject({ code: "request_timeout", message: expect.stringContaining("512 bytes") });
  watch.stop();
});

it("waits as long as it likes for its own reader", async () => {
  const { body, ahead } = openBody();
  ahead(piece);
  ahead(piece);
  ahead(null);
  const reader = limitStalls(body);
  await reader.next();
  clock.advance(600_000);
  expect((await reader.next()).value).toBe(piece);
  clock.advance(600_000);
  expect((await reader.next()).done).toBe(true);
});

it("holds on to nothing that has been read", async () => {
  const pieces: WeakRef<Uint8Array>[] = [];
  let held = Number.POSITIVE_INFINITY;
  async function* body() {
    for (let index = 0; index < 50; index++) {
      const bytes = new Uint8Array(1000);
      pieces.push(new WeakRef(bytes));
      yield bytes;
    }
    await turn(0);
    collectStartupGarbage();
    held = pieces.filter((ref) => ref.deref() !== undefined).length;
  }
  for await (const _piece of limitStalls(body()));
  // The last one or two may still lie in a variable.
  expect(held).toBeLessThan(5);
});
