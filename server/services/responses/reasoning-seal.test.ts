import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetSecrets } from "#server/auth/secrets";
import { parseConfig, setConfig } from "#server/config";
import type { ReasoningItem } from "#server/protocol/items";
import { openReasoning, reasoningSealFor } from "#server/services/responses/reasoning-seal";

beforeAll(() => {
  const secret = "s".repeat(32);
  setConfig(parseConfig({ API_KEY_PEPPER: secret, SESSION_SECRET: secret, ENCRYPTION_KEY: secret }));
  forgetSecrets();
});
afterAll(forgetSecrets);

const seal = reasoningSealFor("team_a");
const item = (encrypted_content: string): ReasoningItem => ({
  type: "reasoning",
  id: "rs_1",
  status: "completed",
  summary: [],
  encrypted_content,
});
/** What the model is shown of an item that a client of the team sent. */
const sent = (reasoning: ReasoningItem, teamId = "team_a") =>
  openReasoning({ teamId, items: [reasoning], inputItems: [reasoning], newItems: [reasoning] });

test("comes back as it was given, and cannot be read on the way", () => {
  const sealed = seal("the vendor's cipher", "openai-responses");
  expect(sealed).not.toContain("cipher");
  expect(Buffer.from(sealed, "base64url").toString("latin1")).not.toContain("cipher");
  expect(sent(item(sealed))).toEqual([item("the vendor's cipher")]);
});

test.each([
  ["altered", (sealed: string) => sealed.replace(/.(?=.{9}$)/, (letter) => (letter === "A" ? "B" : "A"))],
  ["of another kind", (sealed: string) => sealed.replace("anthropic", "google")],
  ["of another server", () => "gAAAAABpPDIUph8czEXzDePCV2lJ27wm"],
  ["cut short", (sealed: string) => sealed.slice(0, 20)],
])("is refused when it is %s", (_name, change) => {
  expect(() => sent(item(change(seal("x", "anthropic"))))).toThrow(
    expect.objectContaining({
      code: "invalid_value",
      wireCode: "invalid_encrypted_content",
      param: "input[0].encrypted_content",
    }),
  );
});

test("is refused from another team exactly as an altered one", () => {
  expect(() => sent(item(seal("x", "google")), "team_b")).toThrow(
    expect.objectContaining({ wireCode: "invalid_encrypted_content" }),
  );
});

test("is left out of a stored item that cannot be opened any more", () => {
  const stored = item("sealed under a key that is gone");
  const { encrypted_content: _, ...rest } = stored;
  expect(openReasoning({ teamId: "team_a", items: [stored], inputItems: [], newItems: [] })).toEqual([rest]);
});
