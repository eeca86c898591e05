"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Form } from "#components/form/form";
import { FormProblem, fieldError } from "#components/form/form-problem";
import { SubmitButtons } from "#components/form/submit-buttons";
import { useShell } from "#components/shell/shell-context";
import { type Inputs, useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { CopyTextButton } from "#components/ui/copy-button";
import { Dialog } from "#components/ui/dialog";
import { Field, Input } from "#components/ui/field";
import { RadioGroup } from "#components/ui/radio";
import { RelativeTime } from "#components/ui/relative-time";
import { roleOptions } from "./roles";

type RoleName = Inputs["team"]["invite"]["role"];

/** Makes an invitation and shows its link, once. */
export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { me } = useShell();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const formId = useId();
  const [role, setRole] = useState<RoleName>("developer");
  const [email, setEmail] = useState("");
  const invite = useMutation(
    trpc.team.invite.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.team.invitations.queryKey() }),
    }),
  );
  const close = () => {
    onOpenChange(false);
    invite.reset();
    setEmail("");
  };
  const options = roleOptions
    .filter((each) => each.value !== "owner" || me.role === "owner")
    .map((each) => ({ value: each.value, label: each.label, description: each.hint }));
  if (invite.data) return <LinkDialog {...invite.data} open={open} onClose={close} />;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title="Invite somebody"
      footer={
        <SubmitButtons form={formId} onCancel={close} busy={invite.isPending}>
          Make link
        </SubmitButtons>
      }
    >
      <Form id={formId} onSubmit={() => invite.mutate({ role, email: email.trim() || null })}>
        <RadioGroup label="Role" value={role} onChange={setRole} options={options} />
        <Field
          label="Email"
          optional
          description="A note for the list. No mail is sent; the link alone admits."
          error={fieldError(invite.error, "email")}
        >
          <Input type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
        </Field>
        <FormProblem error={invite.error} fields={["email"]} />
      </Form>
    </Dialog>
  );
}

function LinkDialog({
  link,
  expiresAt,
  open,
  onClose,
}: {
  link: string;
  expiresAt: Date;
  open: boolean;
  onClose: () => void;
}) {
  const { baseUrl } = useShell();
  const address = new URL(link, baseUrl).href;
  return (
    <Dialog
      open={open}
      onOpenChange={onClose}
      persistent
      title="Send this link"
      description={
        <>
          It admits one person and ends <RelativeTime at={expiresAt} />. It is shown this once.
        </>
      }
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex items-center gap-2 rounded-md border border-edge bg-sunken p-2 pl-3">
        <code className="min-w-0 flex-1 select-all text-sm [overflow-wrap:anywhere]">{address}</code>
        <CopyTextButton text={address}>Copy link</CopyTextButton>
      </div>
    </Dialog>
  );
}
