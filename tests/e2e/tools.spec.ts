import { expect, ownerTest } from "#tests/e2e/fixtures";
import { startWebhookReceiver } from "#tests/support/webhook-receiver";

ownerTest("an MCP server is tried, saved, narrowed and called", async ({ page, server, shop, problems }) => {
  await page.goto(`${server.url}/tools`);
  await page.getByRole("button", { name: "Add tool" }).first().click();
  await page.getByRole("menuitem", { name: "MCP server" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "GitHub" })).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill("kiosk");
  await dialog.getByLabel("Address").fill(shop.url);
  await dialog.getByRole("button", { name: "Add secret" }).click();
  await dialog.getByLabel("Secret headers: name 1").fill("authorization");
  await dialog.getByLabel("Secret headers: value 1").fill("Bearer canary-kiosk");
  await dialog.getByRole("button", { name: "Test", exact: true }).click();
  await expect(dialog.getByText("It works")).toBeVisible();
  await dialog.getByRole("button", { name: "Save server" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "kiosk" })).toBeVisible();
  await expect(page.getByText("Configured")).toBeVisible();
  expect(await page.content()).not.toContain("canary-kiosk");

  await page.getByRole("button", { name: "Connect and list tools" }).click();
  await page.getByRole("button", { name: "Call order" }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "thing" }).click();
  await page.getByRole("option", { name: "tea" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Call it" }).click();
  await expect(page.getByRole("dialog").getByRole("region", { name: "What the model reads" })).toContainText("tea");
  const call = shop.messages.findLast(({ method }) => method === "tools/call");
  expect(call?.headers.authorization).toBe("Bearer canary-kiosk");
  await page.keyboard.press("Escape");

  await page.getByRole("combobox", { name: "Ask before calls" }).click();
  await page.getByRole("option", { name: "Never" }).click();
  await page.getByRole("switch", { name: /All tools/ }).click();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Changed kiosk")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("combobox", { name: "Ask before calls" })).toContainText("Never");
  await expect(page.getByRole("checkbox", { name: /^order/ })).toBeChecked();
  expect(problems).toEqual([]);
});

ownerTest(
  "a request is saved, tried with a form made of its schema, and deleted",
  async ({ page, server, problems }) => {
    const weather = await startWebhookReceiver();
    weather.answer({ status: 200, headers: { "content-type": "application/json" }, body: '{"sky":"clear"}' });
    await page.goto(`${server.url}/tools`);
    await page.getByRole("button", { name: "Add tool" }).first().click();
    await page.getByRole("menuitem", { name: "HTTP request" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("get_weather");
    await dialog.getByLabel("Description").fill("The weather of a city.");
    await dialog.getByLabel("Address").fill(`${new URL(weather.url).origin}/weather/{city}`);
    await dialog.getByLabel("Arguments").fill("{");
    await dialog.getByRole("button", { name: "Save tool" }).click();
    await expect(dialog.getByText(/JSON/).first()).toBeVisible();
    await dialog
      .getByLabel("Arguments")
      .fill('{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}');
    await dialog.getByRole("button", { name: "Save tool" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "get_weather" })).toBeVisible();
    await page.getByRole("textbox", { name: "city" }).fill("Paris");
    await page.getByRole("button", { name: "Call it" }).click();
    await expect(page.getByText("/weather/Paris")).toBeVisible();
    await expect(page.getByRole("region", { name: "What the model reads" })).toContainText("clear");
    await page.getByRole("button", { name: "Actions for get_weather" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete tool" }).click();
    await expect(page).toHaveURL(/\/tools$/);
    await expect(page.getByRole("link", { name: "get_weather" })).toHaveCount(0);
    await weather.close();
    expect(problems).toEqual([]);
  },
);

ownerTest("an API is imported, and a key is held to one of its operations", async ({ page, server, problems }) => {
  const document = {
    openapi: "3.0.3",
    info: { title: "Pets", version: "1" },
    servers: [{ url: "http://127.0.0.1:9" }],
    paths: {
      "/pets": { get: { operationId: "listPets", summary: "All pets", responses: {} } },
      "/pets/{id}": {
        get: {
          operationId: "getPet",
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          responses: {},
        },
      },
    },
  };
  await page.goto(`${server.url}/tools`);
  await page.getByRole("button", { name: "Add tool" }).first().click();
  await page.getByRole("menuitem", { name: "Import OpenAPI" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Document").fill(JSON.stringify(document));
  await dialog.getByRole("button", { name: "Show operations" }).click();
  await expect(dialog.getByRole("checkbox", { name: /listPets/ })).toBeChecked();
  await dialog.getByRole("button", { name: "Save 2 tools" }).click();
  await expect(page.getByRole("link", { name: "getPet" })).toBeVisible();

  await page.goto(`${server.url}/api-keys`);
  await page.getByRole("button", { name: "Create key" }).first().click();
  await dialog.getByLabel("Name", { exact: true }).fill("Pets only");
  await dialog.getByRole("switch", { name: /Every tool/ }).click();
  for (const box of await dialog.getByRole("checkbox", { name: /: may use$/ }).all()) {
    if (await box.isChecked()) await box.click();
  }
  await dialog.getByRole("checkbox", { name: "getPet: may use" }).click();
  await dialog.getByRole("checkbox", { name: "getPet: by default" }).click();
  await dialog.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByText("Copy the key now")).toBeVisible();
  await page.getByRole("button", { name: "I have it" }).click();
  await page.goto(`${server.url}/tools`);
  await expect(page.getByRole("row", { name: /getPet/ })).toContainText(/other key/);
  await expect(page.getByRole("row", { name: /listPets/ })).not.toContainText(/other key/);
  expect(problems).toEqual([]);
});
