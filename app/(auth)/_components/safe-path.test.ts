import { expect, it } from "vitest";
import { safePath } from "./safe-path.tsx";

it.each([
  ["/traces?status=error", "/traces?status=error"],
  ["//evil.example", "/overview"],
  ["/\\evil.example", "/overview"],
  ["https://evil.example", "/overview"],
  ["", "/overview"],
  [null, "/overview"],
])("%s leads to %s", (next, path) => expect(safePath(next)).toBe(path));
