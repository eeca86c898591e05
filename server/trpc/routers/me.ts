import { ChangePasswordInput, changePassword } from "#server/services/accounts/change-password";
import { getAccount } from "#server/services/accounts/get-account";
import { listSessions } from "#server/services/accounts/list-sessions";
import { RevokeSessionInput, revokeSession } from "#server/services/accounts/revoke-session";
import { SwitchTeamInput, switchTeam } from "#server/services/accounts/switch-team";
import { UpdateAccountInput, updateAccount } from "#server/services/accounts/update-account";
import { accountProcedure, router } from "#server/trpc/trpc";

export const meRouter = router({
  get: accountProcedure.query(({ ctx }) => getAccount(ctx)),
  update: accountProcedure
    .input(UpdateAccountInput)
    .mutation(({ ctx, input }) => updateAccount({ session: ctx.session, input })),
  switchTeam: accountProcedure
    .input(SwitchTeamInput)
    .mutation(({ ctx, input }) => switchTeam({ session: ctx.session, input })),
  changePassword: accountProcedure
    .input(ChangePasswordInput)
    .mutation(({ ctx, input }) => changePassword({ session: ctx.session, address: ctx.address, input })),
  sessions: accountProcedure.query(({ ctx }) => listSessions(ctx)),
  revokeSession: accountProcedure
    .input(RevokeSessionInput)
    .mutation(({ ctx, input }) => revokeSession({ session: ctx.session, input })),
});
