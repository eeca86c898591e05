import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { newWebhookSecret, signWebhook } from "#server/services/webhooks/sign-webhook";

const client = new OpenAI({ apiKey: "unused" });
const body = JSON.stringify({ id: "evt_1", object: "event", type: "response.completed", created_at: 1, data: {} });

function sign(secret: string, secondsAgo = 0): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1000) - secondsAgo;
  return signWebhook({ id: "evt_1", timestamp, body }, secret);
}

describe("a signed webhook", () => {
  it("is what openai's client verifies", async () => {
    const secret = newWebhookSecret();
    expect(await client.webhooks.unwrap(body, sign(secret), secret)).toEqual(JSON.parse(body));
  });

  it("is refused with another secret, another body, and when it is old", async () => {
    const secret = newWebhookSecret();
    await expect(client.webhooks.unwrap(body, sign(secret), newWebhookSecret())).rejects.toThrow();
    await expect(client.webhooks.unwrap(`${body} `, sign(secret), secret)).rejects.toThrow();
    await expect(client.webhooks.unwrap(body, sign(secret, 600), secret)).rejects.toThrow();
  });

  it("equals the example of the specification", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const headers = signWebhook(
      { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: '{"test": 2432232314}' },
      secret,
    );
    expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("has a secret of 32 random bytes", () => {
    expect(newWebhookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(newWebhookSecret());
  });
});
