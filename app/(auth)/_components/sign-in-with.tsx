import { signIn } from "next-auth/react";

const refusals: Record<string, string> = {
  TooManyAttempts: "Too many attempts. Wait a quarter of an hour, then try again.",
  Unavailable: "The server cannot check passwords right now. Try again in a moment.",
};

/**
 * Signs in with email and password; true when it worked.
 * @throws Error with words for the reader when the server refuses for another reason than wrong credentials
 */
export async function signInWithPassword(email: string, password: string): Promise<boolean> {
  const answer = await signIn("credentials", { email, password, redirect: false });
  if (answer?.ok && !answer.error) return true;
  if (!answer?.error || answer.error === "CredentialsSignin") return false;
  throw new Error(refusals[answer.error] ?? "The sign-in did not work. Try again.");
}
