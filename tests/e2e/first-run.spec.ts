import { expect, harbourPdf, OWNER, test, watch } from "#tests/e2e/fixtures";
import { openaiClient, startServer } from "#tests/support/server";

test("first run: account, built-in model, key, document, question, citation, trace", async ({ page }) => {
  test.setTimeout(240_000);
  const started = await startServer({ pages: true });
  const url = started.url.replace("127.0.0.1", "localhost");
  const problems: string[] = [];
  watch(page, problems);

  await page.goto(url);
  await expect(page).toHaveURL(/\/sign-in/);
  const setupLink = /https?:\/\/\S+\/setup\?token=\S+/.exec(started.output())?.[0] ?? "";
  expect(setupLink.startsWith(url)).toBe(true);
  await page.goto(setupLink);

  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByLabel("Team").fill("Analytical Engines");
  await page.getByRole("button", { name: "Make account" }).click();

  await expect(page.getByRole("radio", { name: /Built-in demo model/ })).toBeChecked();
  await page.getByRole("button", { name: "Go on" }).click();

  await page.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByText("Copy the key now")).toBeVisible();
  const key = /rj_[\w-]{43}/.exec((await page.locator("main, body").first().textContent()) ?? "")?.[0] ?? "";
  await page.getByRole("button", { name: "I have it, go on" }).click();

  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "town-report.pdf", mimeType: "application/pdf", buffer: await harbourPdf() });
  await expect(page.getByRole("list", { name: "Files" }).getByText("Ready")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("link", { name: "Ask about it" }).click();

  await expect(page).toHaveURL(/\/playground/);
  await page.getByRole("textbox", { name: "Message" }).fill("How deep is the harbour?");
  await page.getByRole("button", { name: "Send" }).click();
  const turn = page.getByRole("region", { name: "Turn" });
  await expect(turn).toContainText("dredged to a depth of eleven metres in 1987", { timeout: 60_000 });
  await turn.getByRole("button", { name: "Source 1: town-report.pdf" }).click();
  await expect(page.getByText("town-report.pdf").first()).toBeVisible();
  await page.keyboard.press("Escape");

  await turn.getByRole("link", { name: "Trace" }).click();
  await expect(page).toHaveURL(/\/traces\/[0-9a-f]{32}/);
  await expect(page.getByText(/file_search/).first()).toBeVisible();
  await expect(page.getByText("builtin/demo").first()).toBeVisible();
  expect(problems).toEqual([]);

  const answer = await openaiClient(started, key).responses.create({ model: "builtin/echo", input: "The key works." });
  expect(answer.output_text).toBe("The key works.");
  await started.stop();
  await started.remove();
});

test("a person signs in and out, and a wrong password says so", async ({ page, server, session: _owner }) => {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill("not the password at all");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText(/do not match|wrong|not right/i)).toBeVisible();
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/overview/);
  // Until the page is hydrated the button opens nothing.
  await expect(async () => {
    await page.getByRole("button", { name: `Account of ${OWNER.name}` }).click();
    await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
});
