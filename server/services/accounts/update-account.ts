import { z } from "zod";
import type { SessionIdentity } from "#server/auth/session";
import { updateUserName } from "#server/db/users";

export const UpdateAccountInput = z.object({ name: z.string().trim().min(1, "Enter your name.").max(100) });

/** Changes the name the person is shown by. */
export async function updateAccount({
  session,
  input,
}: {
  session: SessionIdentity;
  input: z.infer<typeof UpdateAccountInput>;
}): Promise<{ name: string }> {
  await updateUserName({ userId: session.userId, name: input.name });
  return { name: input.name };
}
