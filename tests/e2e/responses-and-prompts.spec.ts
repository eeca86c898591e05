import { expect, ownerTest } from "#tests/e2e/fixtures";
import { openaiClient } from "#tests/support/server";

ownerTest("a stored response is found, read with its source and deleted", async ({ page, server, key }) => {
  const client = openaiClient(server, key);
  const first = await client.responses.create({ model: "builtin/echo", input: "The first words" });
  await client.responses.create({ model: "builtin/echo", input: "The second words", previous_response_id: first.id });
  await page.goto(`${server.url}/responses`);
  await page.getByRole("combobox", { name: "Model" }).click();
  await page.getByRole("option", { name: "builtin/echo" }).click();
  await expect(page).toHaveURL(/model=builtin%2Fecho/);
  await page.getByRole("link", { name: "The second words" }).click();
  await expect(page.getByText("The second words")).toHaveCount(2);
  await page.getByRole("button", { name: "Show 2 items that came before" }).click();
  await expect(page.getByText("The first words")).toHaveCount(2);
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete response" }).click();
  await expect(page).toHaveURL(/\/responses$/);
  await expect(page.getByRole("link", { name: "The second words" })).toHaveCount(0);
});

ownerTest("a conversation shows what was said in it", async ({ page, server, seed }) => {
  await page.goto(`${server.url}/responses`);
  await page.getByRole("button", { name: "Conversations" }).click();
  await expect(page.getByText("topic: harbours")).toBeVisible();
  await page.getByTitle(seed.conversationId).click();
  await expect(page.getByText("Hello", { exact: true })).toBeVisible();
});

ownerTest("a prompt is made, tried, changed and deleted", async ({ page, server }) => {
  await page.goto(`${server.url}/prompts`);
  await page.getByRole("button", { name: "Create prompt" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Weather");
  await dialog.getByRole("button", { name: "Create prompt" }).click();
  await expect(dialog.getByText("A prompt needs 'instructions' or 'messages'.")).toBeVisible();
  await dialog.getByRole("button", { name: "Add message" }).click();
  await dialog.getByLabel("Message 1", { exact: true }).fill("How is the weather in {{city}}?");
  await dialog.getByRole("combobox", { name: "Model" }).click();
  await page.getByRole("option", { name: "builtin/echo" }).click();
  await dialog.getByRole("button", { name: "Create prompt" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Weather");
  await page.getByLabel("city").fill("Lisbon");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByText("How is the weather in Lisbon?")).toBeVisible();

  await page.getByLabel("Message 1", { exact: true }).fill("Is it raining in {{city}}?");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await expect(page.getByText("Saved version 2")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Version" })).toContainText("Version 2, default");

  await page.getByRole("button", { name: "Actions for Weather" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete prompt" }).click();
  await expect(page).toHaveURL(/\/prompts$/);
  await expect(page.getByRole("link", { name: "Weather" })).toHaveCount(0);
});
