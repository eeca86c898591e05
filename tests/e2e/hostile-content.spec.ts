import { expect, ownerTest } from "#tests/e2e/fixtures";
import { openaiClient } from "#tests/support/server";

const PAYLOADS = [
  "<img src=x onerror=\"document.title='owned'\">",
  "<script>document.title='owned'</script>",
  "[click](javascript:document.title='owned')",
  "<svg onload=\"document.title='owned'\"></svg>",
];

/** Scripts, frames and handlers that hostile content managed to put into the page. */
const intruders = () =>
  document.querySelectorAll("[onerror], [onload], iframe, a[href^='javascript:'], main script, main img[src='x']")
    .length;

ownerTest("scripts in answers, file names and documents never run", async ({ page, server, key }) => {
  const client = openaiClient(server, key);
  const text = PAYLOADS.join("\n\n");
  const store = await client.vectorStores.create({ name: PAYLOADS[0] });
  const html = `<html><body><h1>Hostile page</h1><p>The zebra crossing is striped. ${text}</p></body></html>`;
  const file = new File([html], "<img src=x onerror=alert(1)>.html", { type: "text/html" });
  const attached = await client.vectorStores.files.uploadAndPoll(store.id, file, { pollIntervalMs: 100 });
  expect(attached.status).toBe("completed");
  const answer = await client.responses.create({ model: "builtin/echo", input: text }).withResponse();
  const found = await client.responses
    .create({
      model: "builtin/demo",
      input: "What is the zebra crossing like?",
      tools: [{ type: "file_search", vector_store_ids: [store.id] }],
    })
    .withResponse();

  const traces = [answer, found].map((each) => `/traces/${each.response.headers.get("x-request-id")}`);
  for (const path of ["/traces", ...traces, "/vector-stores", `/vector-stores/${store.id}`]) {
    await page.goto(server.url + path, { waitUntil: "networkidle" });
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const title = await page.title();
    expect({ path, owned: title === "owned", intruders: await page.evaluate(intruders) }).toEqual({
      path,
      owned: false,
      intruders: 0,
    });
  }

  await page.goto(`${server.url}/playground`);
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("region", { name: "Turn" }).getByRole("link", { name: "Trace" })).toBeVisible();
  expect(await page.title()).not.toBe("owned");
  expect(await page.evaluate(intruders)).toBe(0);
  await client.vectorStores.delete(store.id);
});

ownerTest("pages carry a strict content security policy", async ({ page, server }) => {
  const answer = await page.goto(`${server.url}/overview`);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src[^;]*'nonce-/);
  expect(policy.split(";").find((part) => part.trim().startsWith("script-src"))).not.toContain("unsafe-inline");
  expect(policy).toContain("frame-ancestors 'none'");
});
