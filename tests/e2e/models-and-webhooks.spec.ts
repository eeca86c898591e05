import { expect, ownerTest } from "#tests/e2e/fixtures";
import { startWebhookReceiver } from "#tests/support/webhook-receiver";

ownerTest("an alias is made, put in order by keyboard, and asked in the playground", async ({ page, server, seed }) => {
  expect(seed.webhookId).not.toBe("");
  await page.goto(`${server.url}/models`);
  await page.getByRole("button", { name: "Add alias" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Alias").fill("careful");
  for (const [line, model] of [
    ["Model 1", "builtin/demo"],
    ["Model 2", "builtin/echo"],
  ] as const) {
    if (line === "Model 2") await dialog.getByRole("button", { name: "Add a model" }).click();
    await dialog.getByRole("combobox", { name: line }).click();
    await page.getByRole("option", { name: model }).click();
    // The list fades away: the next one would be beside it.
    await expect(page.getByRole("option")).toHaveCount(0);
  }
  await dialog.getByRole("button", { name: "Move builtin/echo up" }).focus();
  await page.keyboard.press("Enter");
  // At the top it can only go down: the focus stays with the line.
  await expect(dialog.getByRole("button", { name: "Move builtin/echo down" })).toBeFocused();
  await dialog.getByRole("button", { name: "Add alias" }).click();
  await expect(dialog).toBeHidden();
  await page.goto(`${server.url}/playground?model=careful`);
  await page.getByRole("textbox", { name: "Message" }).fill("Say this again.");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("region", { name: "Turn" })).toContainText("Say this again.");

  await page.goto(`${server.url}/models`);
  await page.getByRole("button", { name: "Actions for careful" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Remove alias" }).click();
  await expect(page.getByRole("button", { name: "Actions for careful" })).toHaveCount(0);
});

ownerTest("a webhook is added, hears an example, is disabled and deleted", async ({ page, server }) => {
  const receiver = await startWebhookReceiver();
  await page.goto(`${server.url}/webhooks`);
  await page.getByRole("button", { name: "Add webhook" }).first().click();
  await page.getByLabel("Name").fill("Invoices");
  await page.getByLabel("Address").fill(receiver.url);
  await page.getByRole("dialog").getByRole("button", { name: "Add webhook" }).click();
  await expect(page.getByText("Copy the signing secret now")).toBeVisible();
  const secret = /whsec_[\w+/=]+/.exec((await page.getByRole("dialog").textContent()) ?? "")?.[0] ?? "";
  expect(secret).not.toBe("");
  await page.getByRole("button", { name: "I have it" }).press("Enter");
  await expect(page.getByRole("button", { name: "Add webhook" })).toBeFocused();
  await page.getByRole("link", { name: "Invoices" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Invoices");
  expect(await page.content()).not.toContain(secret);

  receiver.answer({ status: 500, body: "not yet" });
  await page.getByRole("button", { name: "Send example" }).click();
  await expect(page.getByText("To be tried again")).toBeVisible();
  await page.getByRole("button", { name: "response.completed" }).click();
  await expect(page.getByText("not yet")).toBeVisible();
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.getByRole("dialog").getByText("Delivered")).toBeVisible();
  expect(receiver.received).toHaveLength(2);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Actions for Invoices" }).click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect(page.getByRole("button", { name: "Send example" })).toBeDisabled();
  await page.getByRole("button", { name: "Actions for Invoices" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete webhook" }).click();
  await expect(page).toHaveURL(/\/webhooks$/);
  await expect(page.getByRole("link", { name: "Invoices" })).toHaveCount(0);
  await receiver.close();
});

ownerTest("by keyboard alone: what opens in front of a page gives the focus back", async ({ page, server, seed }) => {
  const openings: [path: string, button: string, keys: string[]][] = [
    ["/models", "Add alias", []],
    ["/models", "Actions for fast", ["Enter"]],
    ["/models", "Actions for fast", ["ArrowDown", "Enter"]],
    ["/prompts", "Create prompt", []],
    [`/webhooks/${seed.webhookId}`, "response.completed", []],
  ];
  for (const [path, name, keys] of openings) {
    await page.goto(server.url + path);
    // Other tests may have had the webhook deliver too.
    const button = page.getByRole("button", { name }).first();
    await button.press("Enter");
    if (keys.length > 0) await expect(page.getByRole("menuitem").first()).toBeFocused();
    for (const key of keys) await page.keyboard.press(key);
    const popup = page.getByRole("dialog").or(page.getByRole("alertdialog"));
    await expect(popup.locator(":focus")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(popup).toHaveCount(0);
    await expect(button).toBeFocused();
  }
});
