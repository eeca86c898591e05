import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetSecrets } from "#server/auth/secrets";
import { parseConfig, setConfig } from "#server/config";
import type { Item, Role } from "#server/protocol/items";
import { type CompactionContent, openCompaction, sealCompaction } from "#server/services/compaction/compaction-content";
import { expandCompactions } from "#server/services/compaction/expand-compactions";

beforeAll(() => {
  setConfig(
    parseConfig({
      API_KEY_PEPPER: "test-pepper-of-at-least-32-characters",
      SESSION_SECRET: "test-session-secret-of-32-characters",
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
    }),
  );
  forgetSecrets();
});
afterAll(forgetSecrets);

function message(id: string, role: Role, text = id): Item {
  return { type: "message", id, status: "completed", role, content: [{ type: "input_text", text }] };
}

const seenNothing = { lastHistoryId: null, inputIds: [] };

function compaction(id: string, content: Partial<CompactionContent> = {}): Item {
  const sealed: CompactionContent = {
    ...{ version: 1, before: [], after: [], summary: `summary of ${id}`, seen: seenNothing },
    ...content,
  };
  return { type: "compaction", id, status: "completed", encrypted_content: sealCompaction("team_1", sealed) };
}

const idsOf = (items: readonly Item[]) => items.map((item) => item.id);

test("without a compaction item nothing changes", () => {
  const items = [message("a", "user"), message("b", "assistant")];
  expect(expandCompactions("team_1", { history: items, input: [] })).toEqual({ items, summaryId: null });
});

test("what the last one holds takes the place of everything before it but standing instructions", () => {
  const rules = message("rules", "developer");
  const items = [
    message("own", "system"),
    message("old", "user"),
    compaction("cmp_1"),
    message("rules-again", "developer", "rules"),
    message("older answer", "assistant"),
    compaction("cmp_2", { before: [rules, message("kept", "user")], after: [message("newest", "user")] }),
    message("next", "user"),
  ];
  const expanded = expandCompactions("team_1", { history: [], input: items });
  expect(idsOf(expanded.items)).toEqual(["own", "rules", "kept", "cmp_2", "newest", "next"]);
  expect(expanded.summaryId).toBe("cmp_2");
  expect(JSON.stringify(expanded.items[3])).toContain("summary of cmp_2");
});

test("stored items that came in while it was made stay in view; sent ones before it do not", () => {
  const made = compaction("cmp_1", {
    after: [message("mine", "user")],
    seen: { lastHistoryId: "seen", inputIds: ["mine"] },
  });
  const history = [
    message("old", "user"),
    message("seen", "assistant"),
    message("theirs", "user"),
    message("their-answer", "assistant"),
    message("mine", "user"),
    made,
    message("answer", "assistant"),
  ];
  const idsFrom = (stored: Item[], sent: Item[]) =>
    idsOf(expandCompactions("team_1", { history: stored, input: sent }).items);
  expect(idsFrom(history, [message("next", "user")])).toEqual([
    ...["cmp_1", "theirs", "their-answer", "mine", "answer", "next"],
  ]);
  expect(idsFrom([], history)).toEqual(["cmp_1", "mine", "answer"]);
});

test("only this server opens it, for the team it was made for, and unaltered", () => {
  const sealed = compaction("cmp_1");
  if (sealed.type !== "compaction") throw new Error("no compaction item");
  expect(sealed.encrypted_content).not.toContain("summary");
  expect(openCompaction("team_1", sealed).summary).toBe("summary of cmp_1");
  const messageOf = (teamId: string, item: typeof sealed) => {
    try {
      return openCompaction(teamId, item).summary;
    } catch (error) {
      return error;
    }
  };
  const flipped = sealed.encrypted_content.replace(/.$/, (last) => (last === "A" ? "Q" : "A"));
  const refusals = [
    messageOf("team_2", sealed),
    messageOf("team_1", { ...sealed, encrypted_content: flipped }),
    messageOf("team_1", { ...sealed, encrypted_content: "gAAAAABnonsense" }),
  ];
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ code: "invalid_value", wireCode: "invalid_encrypted_content", param: "input" });
    expect(refusal).toHaveProperty("message", Reflect.get(Object(refusals[0]), "message"));
  }
});
