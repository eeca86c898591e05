import { expect, it } from "vitest";
import { newPair, recordOf, secretsOf } from "./secret-rows.tsx";

it("leaves out what was not filled in", () => {
  expect(recordOf([newPair(), newPair("x-a"), newPair("", "b")])).toBeUndefined();
  expect(recordOf([newPair(" x-a ", "b"), newPair("x-c")])).toEqual({ "x-a": "b" });
});

it("takes a scheme without its secret for no secret", () => {
  expect(secretsOf([newPair("authorization", "Bearer "), newPair("x-b", "Basic")])).toBeUndefined();
  expect(secretsOf([newPair("authorization", "Bearer abc"), newPair("x-b", "abc")])).toEqual({
    authorization: "Bearer abc",
    "x-b": "abc",
  });
});
