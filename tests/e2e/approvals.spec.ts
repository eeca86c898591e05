import { askForApproval, expect, ownerTest } from "#tests/e2e/fixtures";
import { openaiClient } from "#tests/support/server";

ownerTest(
  "what waits is denied in the inbox, and approved on its page",
  async ({ page, server, key, shop, problems }) => {
    const client = openaiClient(server, key);
    await askForApproval(client, shop);
    await page.goto(`${server.url}/approvals`);
    await expect(page.getByRole("link", { name: /Approvals \d+ pending/ })).toBeVisible();
    const call = page.getByRole("region", { name: "Call of order" }).first();
    await expect(call).toContainText("thing");
    await call.getByRole("button", { name: "Deny" }).click();
    await call.getByRole("textbox", { name: "Reason" }).fill("We have enough tea.");
    await call.getByRole("button", { name: "Deny call" }).click();
    await page.getByRole("status").filter({ hasText: "The run goes on" }).getByRole("link").click();
    await expect(page.getByText("We have enough tea.").first()).toBeVisible();
    await expect(page.getByText("Denied the call")).toBeVisible();
    expect(shop.methods()).not.toContain("tools/call");

    const asking = await askForApproval(client, shop);
    await page.goto(`${server.url}/responses/${asking}`);
    await page.getByRole("button", { name: "Approve" }).click();
    await expect(page.getByRole("button", { name: /Called order on shop/ })).toBeVisible();
    await expect(page).not.toHaveURL(new RegExp(asking));
    expect(shop.methods().filter((method) => method === "tools/call")).toHaveLength(1);
    expect(problems).toEqual([]);
  },
);

ownerTest(
  "the playground calls a server that is named there, once each call is approved",
  async ({ page, server, shop }) => {
    shop.messages.length = 0;
    await page.goto(`${server.url}/playground`);
    await page.getByRole("button", { name: "Add MCP server" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Add server" }).click();
    await expect(dialog.getByText("Enter the whole address")).toBeVisible();
    await dialog.getByRole("textbox", { name: "Label" }).fill("shop");
    await dialog.getByRole("textbox", { name: "Address" }).fill(shop.url);
    await dialog.getByLabel("Access token").fill("canary-token");
    await dialog.getByRole("button", { name: "Add server" }).click();
    await page.getByRole("button", { name: "Code", exact: true }).click();
    await expect(page.getByText("$MCP_TOKEN").first()).toBeVisible();
    expect(await page.content()).not.toContain("canary-token");
    await page.getByRole("button", { name: "Chat", exact: true }).click();

    await page.getByRole("textbox", { name: "Message" }).fill("Run shop__order for cake.");
    await page.getByRole("button", { name: "Send" }).click();
    const waits = page.getByRole("region", { name: "Waits for approval" });
    await expect(waits).toContainText("order on shop");
    await waits.getByRole("button", { name: "Approve" }).click();
    const call = page.getByRole("button", { name: /Called order on shop.*Completed/ });
    await call.click();
    await expect(page.getByRole("region", { name: "Result" })).toContainText("thing");
    const sent = shop.messages.filter(({ method }) => method === "tools/call");
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(["Bearer canary-token"]);
  },
);
