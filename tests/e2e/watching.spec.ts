import type { Page } from "@playwright/test";
import type OpenAI from "openai";
import { expect, ownerTest } from "#tests/e2e/fixtures";
import { finishCall, holdNextCall } from "#tests/support/held-call";
import { connectUpstream } from "#tests/support/scripted-team";
import { chatChunk, type ScriptedUpstream, type UpstreamExchange } from "#tests/support/scripted-upstream";
import { openaiClient, query, type RunningServer } from "#tests/support/server";

interface Scripted {
  client: OpenAI;
  upstream: ScriptedUpstream;
  model: string;
}

const test = ownerTest.extend<object, { scripted: Scripted }>({
  scripted: [
    async ({ server, key, session: _owner }, use) => {
      const [team] = await query<{ id: string }>(server, "SELECT team_id AS id FROM api_key LIMIT 1");
      const connected = await connectUpstream(server, team?.id ?? "");
      const client = openaiClient(server, key);
      // What a team's connections are is remembered for a moment, and another suite may just have asked.
      const firstAnswer = () => client.responses.create({ model: connected.model, input: "Are you there?" });
      await expect.poll(() => firstAnswer().then(({ status }) => status, String)).toBe("completed");
      await use({ client, ...connected });
      await connected.upstream.close();
    },
    { scope: "worker" },
  ],
});

/** A foreground run whose model has said `Hel` and waits: its id, the held call, and how its caller's stream ends. */
async function runForeground({ client, upstream, model }: Scripted, input: string) {
  const held = holdNextCall(upstream);
  const stream = await client.responses.create({ model, input, stream: true });
  const { promise: id, resolve: tellId } = Promise.withResolvers<string>();
  const read = async () => {
    let last = "";
    for await (const event of stream) {
      if (event.type === "response.created") tellId(event.response.id);
      last = event.type;
    }
    return last;
  };
  const ended = read();
  return { id: await id, exchange: await held, ended };
}

/** A background run whose model has said `Hel` and waits. */
async function runBackground({ client, upstream, model }: Scripted, input: string) {
  const held = holdNextCall(upstream);
  const { id } = await client.responses.create({ model, input, background: true });
  return { id, exchange: await held };
}

const say = (exchange: UpstreamExchange, content: string) => exchange.send(chatChunk({ content }));

const said = (page: Page, text: string) =>
  expect(page.getByRole("main").getByText(text, { exact: true })).toBeVisible();

const hasStatus = (page: Page, word: string) => expect(page.getByRole("definition").first()).toHaveText(word);

async function storedStatus(server: RunningServer, id: string): Promise<string | undefined> {
  const [row] = await query<{ status: string }>(server, "SELECT status FROM response WHERE id = $1", [id]);
  return row?.status;
}

test("a run is found, watched word by word, also after a reload and in a second tab, to its end", async ({
  page,
  context,
  server,
  scripted,
  problems,
}) => {
  const { id, exchange, ended } = await runForeground(scripted, "Greet the harbour");
  await page.goto(`${server.url}/responses`);
  const running = page.getByRole("region", { name: "Running now" });
  await running.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(id));
  await said(page, "Hel");
  await said(page, "Greet the harbour");
  await hasStatus(page, "Running");
  say(exchange, "lo har");
  await said(page, "Hello har");

  await page.reload();
  await said(page, "Hello har");
  const other = await context.newPage();
  await other.goto(page.url());
  await said(other, "Hello har");
  say(exchange, "bour. Hel");
  for (const each of [page, other]) await said(each, "Hello harbour. Hel");

  finishCall(exchange);
  for (const each of [page, other]) {
    await said(each, "Hello harbour. Hello");
    await hasStatus(each, "Completed");
    await said(each, "Greet the harbour");
    await expect(each.getByRole("button", { name: "Stop" })).toHaveCount(0);
  }
  expect(await ended).toBe("response.completed");
  expect(await storedStatus(server, id)).toBe("completed");
  expect(problems).toEqual([]);
});

test("Stop ends a run whose caller waits: on the page, in what is stored, and at the provider", async ({
  page,
  server,
  scripted,
  problems,
}) => {
  const { id, exchange, ended } = await runForeground(scripted, "To be stopped");
  await page.goto(`${server.url}/responses/${id}`);
  await said(page, "Hel");
  await page.getByRole("button", { name: "Stop" }).click();
  await exchange.abandoned;
  await hasStatus(page, "Cancelled");
  await said(page, "Hel");
  await said(page, "To be stopped");
  await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  expect(await ended).toBe("response.incomplete");
  expect(await storedStatus(server, id)).toBe("cancelled");
  expect(problems).toEqual([]);
});

test("a background run is watched in two tabs and stopped from the list", async ({
  page,
  context,
  server,
  scripted,
  problems,
}) => {
  const { id, exchange } = await runBackground(scripted, "Greet from behind");
  await page.goto(`${server.url}/responses/${id}`);
  await said(page, "Greet from behind");
  await said(page, "Hel");
  say(exchange, "lo back");
  await said(page, "Hello back");
  await page.reload();
  await said(page, "Hello back");

  const list = await context.newPage();
  await list.goto(`${server.url}/responses`);
  const running = list.getByRole("region", { name: "Running now" });
  await expect(running.getByText("background")).toBeVisible();
  await running.getByRole("button", { name: "Stop" }).click();
  await exchange.abandoned;
  await expect(running).toHaveCount(0);
  await expect(list.getByRole("row").filter({ hasText: "Greet from behind" })).toContainText("Cancelled");
  await hasStatus(page, "Cancelled");
  await said(page, "Hello back");
  expect(await storedStatus(server, id)).toBe("cancelled");
  expect(problems).toEqual([]);
});

test("a lost connection is told and taken up again; a response deleted elsewhere is gone", async ({
  page,
  server,
  scripted,
}) => {
  const { id, exchange } = await runBackground(scripted, "Greet on and on");
  let refused = 0;
  const watching = /\/api\/trpc\/[^?]*responses\.watch/;
  await page.route(watching, (route) => {
    refused++;
    return route.abort();
  });
  await page.goto(`${server.url}/responses/${id}`);
  await expect(page.getByText("The connection to this run is lost")).toBeVisible();
  expect(refused).toBeGreaterThan(0);
  await page.unroute(watching);
  await said(page, "Hel");
  await expect(page.getByText("The connection to this run is lost")).toHaveCount(0);

  await scripted.client.responses.delete(id);
  await exchange.abandoned;
  await expect(page.getByText("There is no such response")).toBeVisible();
});

test("the page follows the words while its reader is at their end", async ({ page, server, scripted }) => {
  const { id, exchange } = await runForeground(scripted, "Greet at length");
  await page.goto(`${server.url}/responses/${id}`);
  await said(page, "Hel");
  for (let line = 1; line <= 60; line++) say(exchange, `\n\nLine ${line}`);
  await expect(page.getByText("Line 60", { exact: true })).toBeInViewport();
  await page.getByRole("main").evaluate((main) => main.scrollTo({ top: 0 }));
  await expect(page.getByText("Line 60", { exact: true })).not.toBeInViewport();
  say(exchange, "\n\nLine 61");
  await expect(page.getByText("Line 61", { exact: true })).toBeAttached();
  await expect(page.getByText("Line 61", { exact: true })).not.toBeInViewport();
  finishCall(exchange);
  await hasStatus(page, "Completed");
});

test("a conversation is read as turns and deleted, and its responses stay", async ({ page, server, key, problems }) => {
  const client = openaiClient(server, key);
  const { id: conversation } = await client.conversations.create({ metadata: { topic: "tides" } });
  for (const input of ["The ebb", "The flood"]) {
    await client.responses.create({ model: "builtin/echo", input, conversation });
  }
  await page.goto(`${server.url}/responses?view=conversations`);
  const row = page.getByRole("row").filter({ hasText: "topic: tides" });
  await row.getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(conversation));
  await expect(page.getByText("The flood", { exact: true })).toHaveCount(2);
  const turns = await page
    .getByRole("main")
    .getByText(/^(User|Assistant|The ebb|The flood)$/)
    .allTextContents();
  expect(turns).toEqual(["User", "The ebb", "Assistant", "The ebb", "User", "The flood", "Assistant", "The flood"]);

  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete conversation" }).click();
  await expect(page).toHaveURL(/\/responses\?view=conversations$/);
  await expect(row).toHaveCount(0);
  await page.goto(`${server.url}/responses/conversations/${conversation}`);
  await expect(page.getByText("There is no such conversation")).toBeVisible();
  await page.goto(`${server.url}/responses`);
  await expect(page.getByRole("link", { name: "The flood" })).toBeVisible();
  expect(problems).toEqual([]);
});
