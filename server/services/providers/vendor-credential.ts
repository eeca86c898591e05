import { createPrivateKey } from "node:crypto";
import { z } from "zod";
import { AppError } from "#server/errors";
import { type Connection, PLACE_FORMS, type PlaceName } from "#server/providers/provider";

const text = (max: number) => z.string().trim().min(1).max(max).nullable();

/** What connections to single kinds of provider carry; null takes a setting away. */
export const VendorFields = z.object({
  /** Amazon Bedrock: the AWS region. */
  region: text(40),
  /** Vertex AI: `global`, a multi-region or a region. */
  location: text(40),
  /** Vertex AI: the id of a Google Cloud project, where it is not the service account's own. */
  project: text(64),
  /** Amazon Bedrock, in the place of a key: an access key with its secret, and the token of a temporary one. */
  accessKeyId: text(200),
  secretAccessKey: text(200),
  sessionToken: text(4_000),
  /** Vertex AI, in the place of a key: the JSON key of a service account. */
  serviceAccount: text(10_000),
});

type Fields = Partial<z.infer<typeof VendorFields>>;
type Settings = NonNullable<Connection["settings"]>;

const FIELDS_OF: Record<string, readonly (keyof Fields)[]> = {
  bedrock: ["region", "accessKeyId", "secretAccessKey", "sessionToken"],
  vertex: ["location", "project", "serviceAccount"],
};

const PLACE_NAMES = ["region", "location", "project"] as const satisfies readonly PlaceName[];

const PLACE_MESSAGES: Record<PlaceName, string> = {
  region: "Give the AWS region by its code, such as us-east-1.",
  location: "Give global, us, eu or the code of a region, such as europe-west1.",
  project: "Give the id of the Google Cloud project: lower-case letters, digits and dashes, such as my-project-123.",
};

const ServiceAccount = z.object({
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  project_id: z.string().optional(),
});

function invalid(param: keyof Fields | "apiKey", message: string): AppError {
  return new AppError("invalid_value", message, { param });
}

function missing(param: keyof Fields, message: string): AppError {
  return new AppError("missing_required_parameter", message, { param });
}

/** @throws AppError invalid_value for a field that the kind does not know */
function requireKnownFields(kind: string, input: Fields): void {
  const known = FIELDS_OF[kind] ?? [];
  for (const field of VendorFields.keyof().options) {
    if (input[field] === undefined || input[field] === null || known.includes(field)) continue;
    throw invalid(field, `This kind of provider has no "${field}". Leave it out.`);
  }
}

/**
 * The settings of a connection, changed by what the input names.
 * @throws AppError invalid_value, missing_required_parameter
 */
export function changeSettings(kind: string, before: Settings, input: Fields): Settings {
  requireKnownFields(kind, input);
  const after: Partial<Record<PlaceName, string>> = { ...before };
  for (const name of PLACE_NAMES) {
    const value = input[name];
    if (value === undefined) continue;
    if (value === null) delete after[name];
    else if (PLACE_FORMS[name].test(value)) after[name] = value;
    else throw invalid(name, PLACE_MESSAGES[name]);
  }
  if (kind === "bedrock" && after.region === undefined) throw missing("region", PLACE_MESSAGES.region);
  return after;
}

function packAccessKey({ accessKeyId, secretAccessKey, sessionToken }: Fields): string {
  if (!accessKeyId) throw missing("accessKeyId", "Give the access key ID that belongs to the secret.");
  if (!secretAccessKey) throw missing("secretAccessKey", "Give the secret access key that belongs to the ID.");
  return JSON.stringify({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
}

function packServiceAccount(json: string): string {
  const account = ServiceAccount.safeParse(parse(json));
  if (!account.success) {
    throw invalid(
      "serviceAccount",
      "This is no JSON key of a service account: it has client_email, private_key and project_id.",
    );
  }
  if (!isRsaKey(account.data.private_key)) {
    throw invalid("serviceAccount", "The private_key in this JSON cannot be read. Paste the file as Google gave it.");
  }
  return JSON.stringify(account.data);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

/**
 * The secret that a connection of that kind stores: its key, or a longer credential as JSON. Undefined when the input
 * names none, null when it takes the key away. Of a service account nothing is kept but who it is and its key.
 * @throws AppError invalid_value, missing_required_parameter
 */
export function packSecret(
  kind: string,
  input: Fields & { apiKey?: string | null | undefined },
): string | null | undefined {
  requireKnownFields(kind, input);
  const { apiKey, accessKeyId, secretAccessKey, sessionToken, serviceAccount } = input;
  const longer = [accessKeyId, secretAccessKey, sessionToken, serviceAccount].some(Boolean);
  if (apiKey && longer) throw invalid("apiKey", "Give an API key or the longer credential, not both.");
  if (apiKey?.startsWith("{") && FIELDS_OF[kind]) {
    throw invalid("apiKey", "This is JSON and no API key. Give it as the credential that it is.");
  }
  if (serviceAccount) return packServiceAccount(serviceAccount);
  return longer ? packAccessKey(input) : apiKey;
}

/** What of a longer credential may be shown: the account's address, the end of the access key's ID. Null: it is a key. */
export function hintOfCredential(secret: string): string | null {
  const json = parse(secret);
  const account = ServiceAccount.safeParse(json);
  if (account.success) return account.data.client_email;
  const keys = z.object({ accessKeyId: z.string() }).safeParse(json);
  return keys.success ? `…${keys.data.accessKeyId.slice(-4)}` : null;
}
