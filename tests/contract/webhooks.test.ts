import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { record } from "#server/protocol/json-values";
import { WEBHOOK_EVENTS } from "#server/protocol/webhooks";
import { draftDeliveries } from "#server/services/webhooks/announce-response";
import { faultsUnder } from "#tests/contract/faults";
import { hasReference } from "#tests/support/captures";

const SCHEMAS = {
  "response.completed": "WebhookResponseCompleted",
  "response.failed": "WebhookResponseFailed",
  "response.incomplete": "WebhookResponseIncomplete",
  "response.cancelled": "WebhookResponseCancelled",
};

beforeAll(() => setConfig(parseConfig({})));

describe.skipIf(!hasReference)("what webhooks are sent (skipped without ../shared/reference)", () => {
  test.each(WEBHOOK_EVENTS)("%s", (type) => {
    const [delivery] = draftDeliveries({ teamId: "team_1", endpointIds: ["whe_1"], type, responseId: "resp_1" });
    const payload = record(JSON.parse(delivery?.payload ?? ""));
    expect(faultsUnder({ contract: "openai", schema: SCHEMAS[type] }, payload)).toEqual([]);
    expect(faultsUnder({ contract: "openai", schema: SCHEMAS[type] }, { ...payload, type: "x" })).not.toEqual([]);
  });
});
