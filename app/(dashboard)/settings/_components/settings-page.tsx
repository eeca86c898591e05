"use client";
import { useState } from "react";
import { Page } from "#components/shell/page";
import { useMay } from "#components/shell/shell-context";
import { Tabs } from "#components/ui/tabs";
import { AccountSection } from "./account-section";
import { InvitationsSection } from "./invitations-section";
import { MembersSection } from "./members-section";
import { RetentionSection } from "./retention-section";
import { SessionsSection } from "./sessions-section";
import { TeamSection } from "./team-section";

export type SettingsTab = "team" | "members" | "account";

/** Settings by whom they concern. The open tab is in the URL. */
export function SettingsPage({ section }: { section: SettingsTab }) {
  const [open, setOpen] = useState(section);
  const mayInvite = useMay("invitations.read");
  const show = (next: SettingsTab) => {
    setOpen(next);
    window.history.replaceState(null, "", `/settings?tab=${next}`);
  };
  const column = "flex w-full max-w-160 flex-col gap-8 pt-5";
  return (
    <Page title="Settings">
      <Tabs
        label="Settings"
        value={open}
        onChange={show}
        tabs={[
          {
            value: "team",
            label: "Team",
            content: (
              <>
                <TeamSection />
                <RetentionSection />
              </>
            ),
          },
          {
            value: "members",
            label: "Members",
            content: (
              <>
                <MembersSection />
                {mayInvite && <InvitationsSection />}
              </>
            ),
          },
          {
            value: "account",
            label: "Your account",
            content: (
              <>
                <AccountSection />
                <SessionsSection />
              </>
            ),
          },
        ]}
        panelClassName={column}
      />
    </Page>
  );
}
