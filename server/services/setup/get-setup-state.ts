import { z } from "zod";
import { hashOneTimeToken } from "#server/auth/one-time-token";
import { type SignInMethod, signInMethods } from "#server/auth/sign-in-methods";
import { clock } from "#server/clock";
import { anyOwnerExists } from "#server/db/memberships";
import { isSetupTokenUsable } from "#server/db/setup-tokens";
import { listOwnerEmails } from "#server/db/users";

export const GetSetupStateInput = z.object({ token: z.string().max(200).optional() }).optional();

export interface SetupState {
  /** True until the first owner account exists. */
  needsOwner: boolean;
  /** The ways to sign in, in the order to show them. */
  methods: SignInMethod[];
  /** What the given token is good for; null without one. `ownerEmails` only with a token that recovers. */
  link: null | { use: "createOwner" } | { use: "recoverOwner"; ownerEmails: string[] } | { use: "none" };
}

/** What the sign-in and setup pages need to know before anybody is signed in. */
export async function getSetupState({ input }: { input: z.infer<typeof GetSetupStateInput> }): Promise<SetupState> {
  const needsOwner = !(await anyOwnerExists());
  return { needsOwner, methods: signInMethods(), link: await linkOf(input?.token, needsOwner) };
}

async function linkOf(token: string | undefined, needsOwner: boolean): Promise<SetupState["link"]> {
  if (token === undefined) return null;
  const usable = await isSetupTokenUsable(hashOneTimeToken(token), new Date(clock().now()));
  if (!usable) return { use: "none" };
  return needsOwner ? { use: "createOwner" } : { use: "recoverOwner", ownerEmails: await listOwnerEmails() };
}
