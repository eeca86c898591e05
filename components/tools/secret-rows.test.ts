import { expect, it } from "vitest";
import { newPair, recordOf } from "./secret-rows.tsx";

it("leaves out what was not filled in", () => {
  expect(recordOf([newPair(), newPair("x-a"), newPair("", "b")])).toBeUndefined();
  expect(recordOf([newPair(" x-a ", "b"), newPair("x-c")])).toEqual({ "x-a": "b" });
});

it("puts a scheme before a value that brings none", () => {
  expect(recordOf([newPair("authorization", "", "Bearer ")])).toBeUndefined();
  expect(recordOf([newPair("authorization", "abc ", "Bearer ")])).toEqual({ authorization: "Bearer abc" });
  expect(recordOf([newPair("authorization", "Basic abc", "Bearer ")])).toEqual({ authorization: "Basic abc" });
});
