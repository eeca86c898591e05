import { CreateOwnerInput, createOwner } from "#server/services/setup/create-owner";
import { GetSetupStateInput, getSetupState } from "#server/services/setup/get-setup-state";
import { RecoverOwnerInput, recoverOwner } from "#server/services/setup/recover-owner";
import { publicProcedure, router } from "#server/trpc/trpc";

export const setupRouter = router({
  state: publicProcedure.input(GetSetupStateInput).query(getSetupState),
  createOwner: publicProcedure.input(CreateOwnerInput).mutation(createOwner),
  recoverOwner: publicProcedure.input(RecoverOwnerInput).mutation(recoverOwner),
});
