import { describe, expect, it } from "vitest";
import { HttpToolSettings } from "#server/protocol/saved-tools";
import { buildRequest, faultOf, type HttpFunction, partsOfUrl } from "#server/tools/http/http-request";

const NO_SECRETS = { headers: {}, query: {} };
const NAMES = ["id", "q", "tags", "filter", "item", "user", "note"];

function settingsOf(change: Partial<HttpToolSettings> = {}): HttpToolSettings {
  const parameters = { type: "object", properties: Object.fromEntries(NAMES.map((name) => [name, {}])) };
  const rest = { query: {}, headers: {}, body: null, result: null, timeoutSeconds: null };
  const base = { method: "POST", url: "https://api.example.com/v1", parameters, requireApproval: "never", ...rest };
  return HttpToolSettings.parse({ ...base, ...change });
}

function build(change: Partial<HttpToolSettings>, values: Record<string, unknown>, secrets = NO_SECRETS) {
  const called: HttpFunction = { name: "f", description: null, settings: settingsOf(change), secrets };
  return buildRequest(called, values);
}

describe("the address", () => {
  it("holds arguments within their place", () => {
    const url = "https://api.example.com/users/{id}/notes?lang=en";
    expect(build({ url }, { id: "a/b?c#d é" }).url).toBe(
      "https://api.example.com/users/a%2Fb%3Fc%23d%20%C3%A9/notes?lang=en",
    );
  });

  it("keeps a name that its query repeats, unless a parameter has that name", () => {
    const url = "https://api.example.com/users?tag=a&tag={q}&lang=en";
    expect(build({ url }, { q: "b" }).url).toBe("https://api.example.com/users?tag=a&tag=b&lang=en");
    expect(build({ url, query: { tag: "{q}" } }, { q: "b" }).url).toBe("https://api.example.com/users?lang=en&tag=b");
  });

  it.each(["..", ".", "%2e%2e", ""])("leads nowhere else by %j", (id) => {
    const url = "https://api.example.com/users/{id}/notes";
    if (id === "%2e%2e") expect(build({ url }, { id }).url).toContain("/users/%252e%252e/notes");
    else expect(() => build({ url }, { id })).toThrow("do not fit");
  });

  it("leads nowhere else by two arguments together", () => {
    const url = "https://api.example.com/a/{id}{q}/b";
    expect(() => build({ url }, { id: ".", q: "." })).toThrow("no part of a path");
  });

  it("needs the arguments of its path", () => {
    expect(() => build({ url: "https://api.example.com/{id}" }, {})).toThrow("'id' is missing");
  });

  it("has a host that no argument changes", () => {
    expect(partsOfUrl("https://{id}.example.com/")).toBeNull();
    expect(partsOfUrl("https://example.com{id}/")).toBeNull();
    expect(partsOfUrl("https://me:secret@example.com/")).toBeNull();
    expect(partsOfUrl("ftp://example.com/")).toBeNull();
    expect(build({ url: "https://api.example.com//{id}" }, { id: "evil.example" }).url).toBe(
      "https://api.example.com//evil.example",
    );
    expect(partsOfUrl("https://example.com")).toEqual({ origin: "https://example.com", path: "/", search: "" });
  });
});

describe("the query", () => {
  it("leaves out what is absent, repeats lists and names the keys of objects", () => {
    const query = {
      q: "{q}",
      tags: "{tags}",
      csv: "{tags|csv}",
      filter: "{filter}",
      fixed: "1",
      json: "{filter|json}",
    };
    const values = { tags: ["a", "b c"], filter: { from: 1, to: null } };
    expect([...new URL(build({ query }, values).url).searchParams]).toEqual([
      ...[
        ["tags", "a"],
        ["tags", "b c"],
        ["csv", "a,b c"],
        ["filter[from]", "1"],
        ["fixed", "1"],
      ],
      ["json", '{"from":1,"to":null}'],
    ]);
  });

  it("holds secrets that the shown address does not", () => {
    const request = build({ query: { key: "{q}" } }, { q: "x" }, { headers: {}, query: { key: "hidden-key" } });
    expect(request.url).toBe("https://api.example.com/v1?key=hidden-key");
    expect(request.shownUrl).toBe("https://api.example.com/v1?key=%5Bredacted%5D");
  });
});

describe("the body", () => {
  const json = (template: unknown, values: Record<string, unknown>) => {
    const { body } = build({ body: { type: "json", template: template as never } }, values);
    return body === null ? null : JSON.parse(body);
  };

  it("has arguments as they are where a text is nothing but a placeholder", () => {
    const template = { item: "{item}", deep: [{ name: "{user.name}" }, "{q}"], note: "For {user.name}: {q}", n: 1 };
    const values = { item: { a: [1, true] }, user: { name: "Ann" } };
    expect(json(template, values)).toEqual({
      item: { a: [1, true] },
      deep: [{ name: "Ann" }],
      note: "For Ann: ",
      n: 1,
    });
  });

  it("is an argument altogether, or absent with it", () => {
    expect(json("{item}", { item: [1] })).toEqual([1]);
    expect(json("{item}", {})).toBeNull();
  });

  it("keeps braces that are no argument's", () => {
    expect(json({ query: "query { shop(id: {id}) {name} }" }, { id: 7 })).toEqual({
      query: "query { shop(id: 7) {name} }",
    });
  });

  it("cannot be broken out of", () => {
    expect(json({ q: 'a "{q}"' }, { q: '","admin":true,"x":"' })).toEqual({ q: 'a "","admin":true,"x":""' });
  });

  it("is a form or a text", () => {
    const form = build({ body: { type: "form", template: { a: "{q}", b: "{note}" } } }, { q: "1&2=3" });
    expect(form).toMatchObject({
      body: "a=1%262%3D3",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    const text = build({ body: { type: "text", template: "Hello {q}, {}" } }, { q: "you" });
    expect(text).toMatchObject({ body: "Hello you, {}", headers: { "content-type": "text/plain" } });
  });

  it("goes with no GET", () => {
    expect(build({ method: "GET", body: { type: "json", template: {} } }, {}).body).toBeNull();
  });
});

describe("headers", () => {
  it("are filled, left out when absent, and overruled by secrets", () => {
    const headers = { "X-Lang": "{q}", "X-Gone": "{note}", Authorization: "plain" };
    const request = build({ headers }, { q: "en" }, { headers: { authorization: "Bearer s" }, query: {} });
    expect(request.headers).toMatchObject({ "x-lang": "en", authorization: "Bearer s" });
    expect(request.headers).not.toHaveProperty("x-gone");
  });

  it("take no line breaks", () => {
    expect(() => build({ headers: { "X-Lang": "{q}" } }, { q: "a\r\nx-admin: 1" })).toThrow("cannot hold them");
  });
});

it("needs the arguments that its schema requires", () => {
  const parameters = { type: "object", properties: { id: {} }, required: ["id"] };
  expect(() => build({ parameters }, {})).toThrow("'id' missing");
});

it.each([
  [{ url: "https://a.example/{nope}" }, "url"],
  [{ query: { a: "{nope}" } }, "query"],
  [{ headers: { a: "{nope.b}" } }, "headers"],
  [{ body: { type: "form" as const, template: { a: "{nope}" } } }, "body"],
])("finds the placeholder that nothing fills in %j", (change, field) => {
  expect(faultOf(settingsOf(change))).toMatchObject({ field, message: expect.stringContaining('"{nope}"') });
});
