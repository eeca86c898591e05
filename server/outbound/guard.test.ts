import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { setClock } from "#server/clock";
import { parseConfig, setConfig } from "#server/config";
import { allowsAddress, allowsHost, parseAllowList, rangeAtFault } from "#server/outbound/address-policy";
import { checkOutboundUrl, type OutboundPolicy, parseOutboundUrl } from "#server/outbound/guard";
import { outboundFetch } from "#server/outbound/outbound-fetch";
import { closePools } from "#server/outbound/pools";
import { installFakeClock } from "#tests/support/fake-clock";

const publicOnly: OutboundPolicy = { allowLoopback: false };

function allow(list: string): void {
  setConfig(parseConfig({ OUTBOUND_ALLOW: list }));
}

afterEach(() => {
  allow("");
  setClock();
});
beforeAll(() => allow(""));

describe("parsing", () => {
  it.each([
    "http://127.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[::1]/",
    "http://10.1.2.3/",
    "http://172.16.0.9/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
  ])("refuses %s and names the variable to set", (url) => {
    expect(() => parseOutboundUrl(url, publicOnly)).toThrow(/OUTBOUND_ALLOW=\S+$/);
  });

  it.each(["file:///etc/passwd", "gopher://example.com/", "http://user:secret@example.com/", "example.com", ""])(
    "refuses %s",
    (url) => {
      expect(() => parseOutboundUrl(url, publicOnly)).toThrow(
        expect.objectContaining({ code: "outbound_not_allowed" }),
      );
    },
  );

  it("lets public addresses and names pass", () => {
    for (const url of ["https://1.1.1.1/", "https://[2606:4700::1111]/", "https://api.example.com/v1"]) {
      expect(parseOutboundUrl(url, publicOnly).href).toBe(url);
    }
  });

  it("names the host in the value to set", () => {
    expect(() => parseOutboundUrl("http://10.0.0.5:11434/v1", publicOnly)).toThrow("OUTBOUND_ALLOW=10.0.0.5");
  });

  it("lets loopback pass where the policy does, and nothing else with it", () => {
    const own = { allowLoopback: true };
    expect(parseOutboundUrl("http://127.0.0.1:11434/", own).port).toBe("11434");
    expect(() => parseOutboundUrl("http://10.0.0.5/", own)).toThrow("OUTBOUND_ALLOW");
    expect(() => parseOutboundUrl("http://169.254.169.254/", own)).toThrow("OUTBOUND_ALLOW");
    expect(() => parseOutboundUrl("http://0.0.0.0/", own)).toThrow("OUTBOUND_ALLOW");
  });
});

describe("OUTBOUND_ALLOW", () => {
  it("takes hosts, wildcards, addresses and ranges", () => {
    const list = parseAllowList("ollama.lan, *.corp.example 10.0.0.5,192.168.0.0/16 [fd00::1] http://vllm.lan:8000");
    expect(allowsHost(list, "OLLAMA.lan")).toBe(true);
    expect(allowsHost(list, "vllm.lan")).toBe(true);
    expect(allowsHost(list, "a.corp.example")).toBe(true);
    expect(allowsHost(list, "corp.example.evil.test")).toBe(false);
    expect(allowsAddress(list, "10.0.0.5")).toBe(true);
    expect(allowsAddress(list, "10.0.0.6")).toBe(false);
    expect(allowsAddress(list, "::ffff:192.168.7.7")).toBe(true);
    expect(allowsAddress(list, "fd00::1")).toBe(true);
  });

  it("opens exactly what it names", () => {
    allow("10.0.0.0/24");
    expect(parseOutboundUrl("http://10.0.0.77/", publicOnly).hostname).toBe("10.0.0.77");
    expect(() => parseOutboundUrl("http://10.0.1.77/", publicOnly)).toThrow("OUTBOUND_ALLOW=10.0.1.77");
  });
});

describe("resolving", () => {
  it("refuses a name with one bad address among good ones", async () => {
    const resolve = async () => [
      { address: "93.184.216.34", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ];
    await expect(checkOutboundUrl("https://mixed.test/", { ...publicOnly, resolve })).rejects.toThrow(
      "OUTBOUND_ALLOW=mixed.test",
    );
  });

  it("leaves a name that nobody knows to the connection", async () => {
    const resolve = async () => Promise.reject(Object.assign(new Error("unknown"), { code: "ENOTFOUND" }));
    await expect(checkOutboundUrl("https://later.test/", { ...publicOnly, resolve })).resolves.toHaveProperty("host");
  });

  it("tells metadata services in public ranges", () => {
    expect(rangeAtFault("168.63.129.16")).toBe("metadata");
    expect(rangeAtFault("8.8.8.8")).toBeNull();
  });
});

describe("fetching", () => {
  let server: Server;
  let port: number;
  let hits: string[] = [];
  let connections = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      hits.push(request.url ?? "");
      if (request.url === "/to-metadata") response.writeHead(307, { location: "http://169.254.169.254/latest/" }).end();
      else if (request.url === "/to-scheme") response.writeHead(302, { location: "file:///etc/passwd" }).end();
      else if (request.url === "/loop") response.writeHead(302, { location: "/loop" }).end();
      else if (request.url === "/moved") response.writeHead(302, { location: "/here" }).end();
      else if (request.url === "/big") response.end("x".repeat(100_000));
      else if (request.url === "/silent") return;
      else response.end(`here ${request.headers.authorization ?? ""}`);
    });
    server.on("connection", () => connections++);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address() as AddressInfo;
    port = address.port;
  });
  afterEach(() => {
    hits = [];
  });
  afterAll(async () => {
    await closePools();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const own: OutboundPolicy = { allowLoopback: true };
  const url = (path: string) => `http://127.0.0.1:${port}${path}`;

  it.each(["127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "0.0.0.0", "localhost", "127.1"])(
    "opens no connection to %s",
    async (host) => {
      const before = connections;
      await expect(outboundFetch(`http://${host}:${port}/here`, { policy: publicOnly })).rejects.toMatchObject({
        code: "outbound_not_allowed",
      });
      expect(connections).toBe(before);
    },
  );

  it("refuses a name that answers public when entered and loopback when connected", async () => {
    const before = connections;
    const answers = ["93.184.216.34", "127.0.0.1"];
    const resolve = async () => [{ address: answers.shift() ?? "127.0.0.1", family: 4 }];
    const policy = { ...publicOnly, resolve };
    await checkOutboundUrl(`http://rebind.test:${port}/`, policy);
    await expect(outboundFetch(`http://rebind.test:${port}/`, { policy })).rejects.toMatchObject({
      code: "outbound_not_allowed",
    });
    expect(hits).toEqual([]);
    expect(connections).toBe(before);
  });

  it("connects to the address that was checked", async () => {
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    const answer = await outboundFetch(`http://named.test:${port}/here`, { policy: { ...own, resolve } });
    expect(answer.body.toString()).toContain("here");
  });

  it("checks each redirect anew", async () => {
    await expect(outboundFetch(url("/to-metadata"), { policy: own })).rejects.toThrow("OUTBOUND_ALLOW=169.254.169.254");
    await expect(outboundFetch(url("/to-scheme"), { policy: own })).rejects.toMatchObject({
      code: "outbound_not_allowed",
    });
    await expect(outboundFetch(url("/loop"), { policy: own })).rejects.toThrow("redirects too often");
    const moved = await outboundFetch(url("/moved"), { policy: own, headers: { authorization: "Bearer mine" } });
    expect(moved).toMatchObject({ status: 200, url: url("/here") });
    expect(moved.body.toString()).toBe("here Bearer mine");
  });

  it("keeps to its size and time", async () => {
    await expect(outboundFetch(url("/big"), { policy: own, maxBytes: 1_000 })).rejects.toMatchObject({
      code: "payload_too_large",
    });
    const time = installFakeClock();
    const slow = outboundFetch(url("/silent"), { policy: own, timeoutMs: 5_000 });
    const outcome = expect(slow).rejects.toMatchObject({ code: "provider_timeout" });
    await expect.poll(() => hits).toContain("/silent");
    time.advance(5_000);
    await outcome;
  });
});
