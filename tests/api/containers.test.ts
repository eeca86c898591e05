import type OpenAI from "openai";
import { toFile } from "openai";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createTeam, openaiClient, query, type TestTeam } from "#tests/support/server";

const server = inject("server");
let team: TestTeam;
let client: OpenAI;

beforeAll(async () => {
  team = await createTeam(server);
  client = openaiClient(server, team.key);
});

const textOf = async (containerId: string, fileId: string) =>
  (await client.containers.files.content.retrieve(fileId, { container_id: containerId })).text();

describe("containers", () => {
  it("are made with copies of files, shown, listed by name, and deleted with what they hold", async () => {
    const upload = () => toFile(Buffer.from("one"), "same.csv");
    const first = await client.files.create({ purpose: "user_data", file: await upload() });
    const second = await client.files.create({ purpose: "user_data", file: await upload() });
    const made = await client.containers.create({
      name: "figures",
      file_ids: [first.id, second.id],
      expires_after: { anchor: "last_active_at", minutes: 7 },
    });
    expect(made).toMatchObject({
      object: "container",
      status: "running",
      name: "figures",
      memory_limit: "1g",
      expires_after: { anchor: "last_active_at", minutes: 7 },
      network_policy: { type: "disabled" },
    });
    const files = (await client.containers.files.list(made.id, { order: "asc" })).data;
    expect(files.map(({ path, source, bytes }) => [path, source, bytes])).toEqual([
      ["/mnt/data/same.csv", "user", 3],
      ["/mnt/data/same-2.csv", "user", 3],
    ]);
    await client.files.delete(first.id);
    expect(await textOf(made.id, files[0]?.id ?? "")).toBe("one");
    await client.containers.create({ name: "other" });
    const list = async (name: string) => (await client.get<{ data: unknown[] }>(`/containers?name=${name}`)).data;
    expect(await list("figures")).toHaveLength(1);
    await client.containers.delete(made.id);
    await expect(client.containers.retrieve(made.id)).rejects.toMatchObject({ status: 404 });
    await expect(client.containers.files.list(made.id)).rejects.toMatchObject({ status: 404 });
    expect(await list("figures")).toEqual([]);
  });

  it("refuse more memory than there is, and any network", async () => {
    const refusal = (body: object) => client.post("/containers", { body: { name: "c", ...body } });
    await expect(refusal({ memory_limit: "64g" })).rejects.toMatchObject({ status: 400, param: "memory_limit" });
    const allowlist = { type: "allowlist", allowed_domains: ["example.com"] };
    await expect(refusal({ network_policy: allowlist })).rejects.toMatchObject({ status: 400 });
    await expect(refusal({ name: "" })).rejects.toMatchObject({ status: 400, param: "name" });
    await expect(refusal({ file_ids: ["file-nobodys"] })).rejects.toMatchObject({ status: 404, param: "file_ids" });
  });

  it("that nobody has used for their time are gone", async () => {
    const { id } = await client.containers.create({ name: "old" });
    await query(server, "UPDATE container SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
    await expect(client.containers.retrieve(id)).rejects.toMatchObject({ status: 404 });
    await expect(client.containers.delete(id)).rejects.toMatchObject({ status: 404 });
    expect(JSON.stringify(await client.get("/containers"))).not.toContain(id);
  });
});

describe("files of a container", () => {
  it("come as a form or by id, keep their id when they are put anew, and go", async () => {
    const { id } = await client.containers.create({ name: "files" });
    const put = async (text: string) =>
      client.containers.files.create(id, { file: await toFile(Buffer.from(text), "../a b.txt") });
    const first = await put("one");
    expect(first).toMatchObject({
      object: "container.file",
      container_id: id,
      path: "/mnt/data/a b.txt",
      bytes: 3,
      source: "user",
    });
    const again = await put("three");
    expect(again.id).toBe(first.id);
    expect(await textOf(id, first.id)).toBe("three");
    expect((await client.containers.files.retrieve(first.id, { container_id: id })).bytes).toBe(5);
    await client.containers.files.delete(first.id, { container_id: id });
    await expect(textOf(id, first.id)).rejects.toMatchObject({ status: 404 });
    await expect(client.containers.files.delete(first.id, { container_id: id })).rejects.toMatchObject({ status: 404 });
  });

  it("are not another container's, and forms without a file are refused", async () => {
    const [mine, other] = [
      await client.containers.create({ name: "mine" }),
      await client.containers.create({ name: "other" }),
    ];
    const file = await client.containers.files.create(mine.id, { file: await toFile(Buffer.from("x"), "x") });
    await expect(client.containers.files.retrieve(file.id, { container_id: other.id })).rejects.toMatchObject({
      status: 404,
    });
    await expect(client.post(`/containers/${mine.id}/files`, { body: {} })).rejects.toMatchObject({
      status: 400,
      param: "file_id",
    });
  });
});
