import { expect, ownerTest, storeWith } from "#tests/e2e/fixtures";
import { scriptedPdf } from "#tests/support/hostile-pdf";
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
  const html = `<html><body><h1>Hostile page</h1><p>The zebra crossing is striped. ${text}</p></body></html>`;
  const file = new File([html], "<img src=x onerror=alert(1)>.html", { type: "text/html" });
  const { storeId } = await storeWith(client, { name: PAYLOADS[0], files: [file] });
  const answer = await client.responses.create({ model: "builtin/echo", input: text }).withResponse();
  const found = await client.responses
    .create({
      model: "builtin/demo",
      input: "What is the zebra crossing like?",
      tools: [{ type: "file_search", vector_store_ids: [storeId] }],
    })
    .withResponse();

  const traces = [answer, found].map((each) => `/traces/${each.response.headers.get("x-request-id")}`);
  for (const path of ["/traces", ...traces, "/vector-stores", `/vector-stores/${storeId}`]) {
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
  await client.vectorStores.delete(storeId);
});

ownerTest("a PDF with scripts and links is a picture and nothing else", async ({ page, server, key, problems }) => {
  const client = openaiClient(server, key);
  const bytes = scriptedPdf("app.alert(1);this.title='owned';document.title='owned'", "https://elsewhere.test/");
  const file = new File([new Uint8Array(bytes)], "scripted.pdf", { type: "application/pdf" });
  const { storeId, fileIds } = await storeWith(client, { name: "Scripted", files: [file] });
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== new URL(server.url).origin) elsewhere.push(url.href);
  });
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => elsewhere.push("a dialog")));
  await page.goto(`${server.url}/vector-stores/${storeId}/files/${fileIds[0]}`);
  const original = page.getByRole("region", { name: "Original", exact: true });
  const drawn = original.getByRole("img", { name: "Page 1 of the original" });
  await expect(drawn).toBeVisible();
  const isDrawn = (canvas: HTMLCanvasElement) =>
    canvas
      .getContext("2d")
      ?.getImageData(0, 0, canvas.width, canvas.height)
      .data.some((value) => value > 0) ?? false;
  await expect.poll(() => drawn.evaluate(isDrawn)).toBe(true);
  const before = page.url();
  for (const share of [0.1, 0.4, 0.8]) {
    const box = await drawn.boundingBox();
    await page.mouse.click((box?.x ?? 0) + 40, (box?.y ?? 0) + (box?.height ?? 0) * share);
  }
  expect(page.url()).toBe(before);
  await expect(original.locator("a, input, iframe, script")).toHaveCount(0);
  expect({ title: await page.title(), elsewhere, problems }).toEqual({
    title: "File · Rejoinder",
    elsewhere: [],
    problems: [],
  });
  const worker = await page.request.get(page.workers()[0]?.url() ?? "");
  expect(worker.headers()["content-security-policy"]).toMatch(/^default-src 'none';/);
});

ownerTest("pages carry a strict content security policy", async ({ page, server }) => {
  const answer = await page.goto(`${server.url}/overview`);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toMatch(/script-src[^;]*'nonce-/);
  expect(policy.split(";").find((part) => part.trim().startsWith("script-src"))).not.toContain("unsafe-inline");
  expect(policy).toContain("frame-ancestors 'none'");
});
