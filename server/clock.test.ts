import { expect, it } from "vitest";
import { unlessAborted } from "#server/clock";

it("waits for a promise until its signal aborts", async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve("done"), signal)).toBe("done");
  await expect(unlessAborted(Promise.reject(new Error("failed")), signal)).rejects.toThrow("failed");
  const stop = new AbortController();
  const waiting = unlessAborted(new Promise(() => {}), stop.signal);
  stop.abort(new Error("gone"));
  await expect(waiting).rejects.toThrow("gone");
  await expect(unlessAborted(Promise.reject(new Error("failed")), stop.signal)).rejects.toThrow("gone");
});
