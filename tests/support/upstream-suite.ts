import { afterAll, beforeAll, beforeEach } from "vitest";
import { parseConfig, setConfig } from "#server/config";
import { closePools } from "#server/outbound/pools";
import { type ScriptedUpstream, startScriptedUpstream } from "#tests/support/scripted-upstream";

/**
 * One scripted upstream for all tests of a file, under the settings given (as environment variables). Each test begins
 * with no requests received. It can be asked for anything once the tests run, not before.
 */
export function upstreamForSuite(environment: Record<string, string> = {}): ScriptedUpstream {
  let started: ScriptedUpstream | undefined;
  const running = () => {
    if (!started) throw new Error("The scripted upstream runs only while tests do.");
    return started;
  };
  beforeAll(async () => {
    setConfig(parseConfig(environment));
    started = await startScriptedUpstream();
  });
  beforeEach(() => {
    running().requests.length = 0;
  });
  afterAll(async () => {
    await closePools();
    await running().close();
  });
  return {
    get baseUrl() {
      return running().baseUrl;
    },
    get requests() {
      return running().requests;
    },
    script: (...scripts) => running().script(...scripts),
    setDefault: (script) => running().setDefault(script),
    connections: () => running().connections(),
    openConnections: () => running().openConnections(),
    close: () => running().close(),
  };
}
