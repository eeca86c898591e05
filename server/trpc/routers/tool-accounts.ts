import { ConnectAccountInput, connectAccount } from "#server/services/tools/accounts/connect-account";
import { DisconnectAccountInput, disconnectAccount } from "#server/services/tools/accounts/disconnect-account";
import { GetAccountInput, getAccount } from "#server/services/tools/accounts/get-account";
import { router, teamProcedure } from "#server/trpc/trpc";

export const toolAccountsRouter = router({
  get: teamProcedure("playground.read").input(GetAccountInput).query(getAccount),
  connect: teamProcedure("playground.write").input(ConnectAccountInput).mutation(connectAccount),
  disconnect: teamProcedure("playground.write").input(DisconnectAccountInput).mutation(disconnectAccount),
});
