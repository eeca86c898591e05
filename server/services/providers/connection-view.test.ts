import { beforeEach, describe, expect, it } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { BUILTIN, environmentConnections } from "#server/services/models/environment-connections";
import { hintOf, toFixedView } from "#server/services/providers/connection-view";
import { serviceAccount } from "#tests/support/service-account";

/** The view of the one connection that the environment makes. */
function viewOf(environment: Record<string, string>) {
  setConfig(parseConfig(environment));
  return environmentConnections().map((connection) => toFixedView(connection, 0))[0];
}

beforeEach(() => setConfig(parseConfig({})));

describe("a connection of the operator's", () => {
  it("shows no team whose cloud account it is", () => {
    const place = { GOOGLE_VERTEX_PROJECT: "the-operators", GOOGLE_VERTEX_LOCATION: "europe-west1" };
    const view = viewOf({ ...place, GOOGLE_VERTEX_CREDENTIALS: serviceAccount() });
    expect(view).toMatchObject({ source: "environment", keyHint: "…" });
    expect(view?.settings).toEqual({ location: "europe-west1" });
    expect(JSON.stringify(view)).not.toMatch(/the-operators|test-project|rejoinder@/);
  });

  it("shows the end of its key, and the region", () => {
    const view = viewOf({ AWS_BEARER_TOKEN_BEDROCK: "bedrock-key-of-ours", AWS_REGION: "us-east-1" });
    expect(view).toMatchObject({ source: "environment", keyHint: "…ours", settings: { region: "us-east-1" } });
  });

  it("may be the built-in one, which has neither", () => {
    expect(toFixedView(BUILTIN, 3)).toMatchObject({ source: "builtin", keyHint: null, settings: {}, position: 3 });
  });
});

it("tells a team of its own credential whose it is", () => {
  expect(hintOf(serviceAccount())).toBe("rejoinder@test-project.iam.gserviceaccount.com");
  expect(hintOf(JSON.stringify({ accessKeyId: "AKIATEST1234", secretAccessKey: "s" }))).toBe("…1234");
  expect(hintOf("sk-0123456789")).toBe("…6789");
  expect(hintOf("short")).toBe("…");
});
