"use client";
import { fieldError } from "#components/form/form-problem";
import { Field, Input } from "#components/ui/field";

export interface NewAccount {
  name: string;
  email: string;
  password: string;
}

export const emptyAccount: NewAccount = { name: "", email: "", password: "" };

export interface AccountFieldsProps {
  value: NewAccount;
  onChange: (value: NewAccount) => void;
  error: unknown;
  /** What stands before the field names in the server's errors. */
  prefix?: string;
}

/** Name, email and password of a new account. */
export function AccountFields({ value, onChange, error, prefix = "" }: AccountFieldsProps) {
  return (
    <>
      <Field label="Your name" error={fieldError(error, `${prefix}name`)}>
        <Input
          autoComplete="name"
          autoFocus
          value={value.name}
          onChange={(event) => onChange({ ...value, name: event.target.value })}
        />
      </Field>
      <Field label="Email" error={fieldError(error, `${prefix}email`)}>
        <Input
          type="email"
          autoComplete="username"
          value={value.email}
          onChange={(event) => onChange({ ...value, email: event.target.value })}
        />
      </Field>
      <Field label="Password" description="At least 10 characters." error={fieldError(error, `${prefix}password`)}>
        <Input
          type="password"
          autoComplete="new-password"
          value={value.password}
          onChange={(event) => onChange({ ...value, password: event.target.value })}
        />
      </Field>
    </>
  );
}
