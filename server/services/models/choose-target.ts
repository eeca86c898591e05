import type { Connection } from "#server/providers/provider";
import { runsInside } from "#server/providers/registry";
import { vendorConnection, withoutProject } from "#server/services/models/environment-connections";
import { knownModels } from "#server/services/models/known-models";
import type { TeamModels } from "#server/services/models/team-models";
import { findVendor, type Vendor, vendorOfModel } from "#server/services/models/vendors";

/** Which connection is asked for which of its models. */
export interface ModelTarget {
  connection: Connection;
  modelId: string;
}

export interface TargetQuestion {
  team: TeamModels;
  /** As the caller wrote it, or a target of an alias. */
  name: string;
  /** `x-model-provider`, or null. */
  provider: string | null;
  /** The caller's own key: it replaces the connection's, and opens every known vendor. */
  callerKey: string | null;
  /** A passthrough caller: a plain name goes to its vendor, or to OpenAI's place. */
  passthrough: boolean;
}

const DEFAULT_VENDOR = "openai";

/** The caller's own key in the place of the connection's. The operator's project is not the caller's. */
function withKey(connection: Connection, callerKey: string | null): Connection {
  if (callerKey === null || runsInside(connection.kind)) return connection;
  return { ...(connection.trusted ? withoutProject(connection) : connection), apiKey: callerKey };
}

/** The connection called `name` (or by an alias of its vendor); with the caller's own key, any known vendor's. */
function findByName(name: string, { team, callerKey }: TargetQuestion): Connection | null {
  const vendor = findVendor(name);
  const found =
    team.connections.find((connection) => connection.name === name) ??
    team.connections.find((connection) => vendor !== null && connection.name === vendor.name);
  if (found) return withKey(found, callerKey);
  return vendor !== null && callerKey !== null ? withKey(vendorConnection(vendor, null), callerKey) : null;
}

/** `https://host/v1@model`: any compatible server, with the caller's own key and through the outbound guard. */
function findByUrl(name: string, { callerKey }: TargetQuestion): ModelTarget | null {
  const at = name.indexOf("@");
  const baseUrl = name.slice(0, at);
  if (callerKey === null || at < 0 || !/^https?:\/\//i.test(baseUrl)) return null;
  const host = URL.parse(baseUrl)?.host ?? baseUrl;
  const connection: Connection = {
    id: `url:${baseUrl}`,
    name: host,
    kind: "openai-compatible",
    baseUrl,
    apiKey: callerKey,
    models: [],
    trusted: false,
  };
  return { connection, modelId: name.slice(at + 1) };
}

/** `connection/model` and `provider@model`: passed on whether the model is listed or not. */
function findQualified(question: TargetQuestion): ModelTarget | null {
  const { name } = question;
  for (const separator of ["/", "@"]) {
    const at = name.indexOf(separator);
    if (at <= 0 || at === name.length - 1) continue;
    const connection = findByName(name.slice(0, at), question);
    if (connection) return { connection, modelId: name.slice(at + 1) };
  }
  return findByUrl(name, question);
}

/** A vendor whose list cannot be had still counts as serving what is plainly its own: `gpt-…` at OpenAI. */
function isOwnFamily(connection: Connection, name: string): boolean {
  const family: Vendor | null = vendorOfModel(name);
  return family !== null && family.name === connection.name;
}

/** The first connection in the team's order that lists the plain name. */
async function findListed({ team, name, callerKey }: TargetQuestion): Promise<ModelTarget | null> {
  const lists = await Promise.all(team.connections.map((connection) => knownModels(connection)));
  const position = team.connections.findIndex((connection, index) => {
    const list = lists[index];
    return list ? list.some((model) => model.id === name) : isOwnFamily(connection, name);
  });
  const connection = team.connections[position];
  return connection ? { connection: withKey(connection, callerKey), modelId: name } : null;
}

/**
 * Who answers a model name, first hit wins: `connection/model` or `provider@model`; the provider named beside it; for
 * passthrough callers the name's family; the connection that lists it, in the team's order; for callers with a key of
 * their own the name's family. Aliases and the default are the caller's to look up first. Null: nobody.
 */
export async function chooseTarget(question: TargetQuestion): Promise<ModelTarget | null> {
  const qualified = findQualified(question);
  if (qualified) return qualified;
  if (question.provider !== null) {
    const connection = findByName(question.provider, question);
    if (connection) return { connection, modelId: question.name };
  }
  if (question.passthrough) return findByFamily(question, DEFAULT_VENDOR);
  return (await findListed(question)) ?? (question.callerKey === null ? null : findByFamily(question, null));
}

/** Whoever makes models of that name, with the caller's own key. */
function findByFamily(question: TargetQuestion, fallback: string | null): ModelTarget | null {
  const vendor = vendorOfModel(question.name)?.name ?? fallback;
  const connection = vendor === null ? null : findByName(vendor, question);
  return connection ? { connection, modelId: question.name } : null;
}

/** Every model name a team can call: its aliases and `connection/model` of all lists that can be had. */
export async function listNames(team: TeamModels): Promise<string[]> {
  const lists = await Promise.all(
    team.connections.map(async (connection) => {
      const models = (await knownModels(connection)) ?? [];
      return models.map((model) => `${connection.name}/${model.id}`);
    }),
  );
  return [...team.routes.keys(), ...lists.flat()];
}
