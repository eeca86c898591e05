import { AcceptInvitationInput, acceptInvitation } from "#server/services/team/accept-invitation";
import { getInvitationByToken, InvitationByTokenInput } from "#server/services/team/get-invitation";
import { getTeam } from "#server/services/team/get-team";
import { InviteInput, invite } from "#server/services/team/invite";
import { listInvitations } from "#server/services/team/list-invitations";
import { listMembers } from "#server/services/team/list-members";
import { RemoveMemberInput, removeMember } from "#server/services/team/remove-member";
import { RevokeInvitationInput, revokeInvitation } from "#server/services/team/revoke-invitation";
import { UpdateMemberInput, updateMember } from "#server/services/team/update-member";
import { UpdateTeamInput, updateTeam } from "#server/services/team/update-team";
import { publicProcedure, router, teamProcedure } from "#server/trpc/trpc";

export const teamRouter = router({
  get: teamProcedure("team.read").query(getTeam),
  update: teamProcedure("team.write").input(UpdateTeamInput).mutation(updateTeam),
  members: teamProcedure("members.read").query(listMembers),
  updateMember: teamProcedure("members.manage").input(UpdateMemberInput).mutation(updateMember),
  removeMember: teamProcedure("members.manage").input(RemoveMemberInput).mutation(removeMember),
  invitations: teamProcedure("invitations.read").query(listInvitations),
  invite: teamProcedure("invitations.manage").input(InviteInput).mutation(invite),
  revokeInvitation: teamProcedure("invitations.manage").input(RevokeInvitationInput).mutation(revokeInvitation),
  invitationByToken: publicProcedure.input(InvitationByTokenInput).query(getInvitationByToken),
  acceptInvitation: publicProcedure
    .input(AcceptInvitationInput)
    .mutation(async ({ ctx, input }) => acceptInvitation({ session: await ctx.session(), input })),
});
