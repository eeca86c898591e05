"use client";
import { useState } from "react";
import { AccountStep } from "./account-step";
import { DocumentStep } from "./document-step";
import { KeyStep } from "./key-step";
import { ProviderStep } from "./provider-step";
import { Stepper } from "./stepper";
import type { StepId } from "./steps";

export interface SetupWizardProps {
  baseUrl: string;
  /** The setup link's token; null once there is an account. */
  token: string | null;
  firstStep: StepId;
}

/** Four steps from an empty server to an answer from a document. Each can be left and come back to. */
export function SetupWizard({ baseUrl, token, firstStep }: SetupWizardProps) {
  const [step, setStep] = useState(firstStep);
  const go = (next: StepId) => {
    setStep(next);
    window.history.replaceState(null, "", `/setup?step=${next}`);
  };
  return (
    <>
      <Stepper current={step} />
      {step === "account" && token !== null && <AccountStep token={token} onDone={() => go("provider")} />}
      {step === "provider" && <ProviderStep onDone={() => go("key")} />}
      {step === "key" && <KeyStep baseUrl={baseUrl} onDone={() => go("document")} />}
      {step === "document" && <DocumentStep />}
    </>
  );
}
