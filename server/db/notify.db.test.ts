import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { config } from "#server/config";
import { publish, subscribe } from "#server/db/notify";
import { openTestDatabase, type TestDatabase } from "#tests/support/database";

let database: TestDatabase;
const ends: (() => void)[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function listen(channel: string): string[] {
  const heard: string[] = [];
  ends.push(subscribe(channel, (payload) => heard.push(payload)));
  return heard;
}

describe("notifications", () => {
  it("reach every subscriber of their channel and no other", async () => {
    const [one, two, other] = [listen("keys"), listen("keys"), listen("elsewhere")];
    await publish("keys", "revoked\nwith a second line");
    await publish("elsewhere", "");
    await vi.waitFor(() =>
      expect([one, two, other]).toEqual([["revoked\nwith a second line"], ["revoked\nwith a second line"], [""]]),
    );
  });

  it("end with the subscription", async () => {
    const heard: string[] = [];
    const end = subscribe("keys", (payload) => heard.push(payload));
    end();
    const after = listen("keys");
    await publish("keys", "later");
    await vi.waitFor(() => expect(after).toEqual(["later"]));
    expect(heard).toEqual([]);
  });

  if (process.env.TEST_DATABASE_URL) {
    const client = async () => {
      const other = new Client({ connectionString: config().DATABASE_URL });
      await other.connect();
      return other;
    };

    it("come from other nodes too", async () => {
      const heard = listen("keys");
      const other = await client();
      await other.query("SELECT pg_notify('rejoinder', $1)", ["keys\nfrom elsewhere"]);
      await other.end();
      await vi.waitFor(() => expect(heard).toEqual(["from elsewhere"]));
    });

    it("go on after the listening connection was cut", async () => {
      const heard = listen("keys");
      const other = await client();
      await other.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN rejoinder' AND datname = current_database()",
      );
      await vi.waitFor(
        async () => {
          await other.query("SELECT pg_notify('rejoinder', $1)", ["keys\nagain"]);
          expect(heard).toContain("again");
        },
        { timeout: 15_000, interval: 100 },
      );
      await other.end();
    });
  }
});
