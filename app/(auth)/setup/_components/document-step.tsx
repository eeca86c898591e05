"use client";
import Link from "next/link";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { buttonClass } from "#components/ui/button";

/** The first document. */
export function DocumentStep() {
  return (
    <AuthCard wide title="Add a document">
      <Link href="/vector-stores" className={buttonClass({ variant: "primary", size: "lg" })}>
        Open vector stores
      </Link>
    </AuthCard>
  );
}
