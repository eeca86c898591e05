"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AuthCard } from "#app/(auth)/_components/auth-card";
import { ProviderForm } from "#components/providers/provider-form";
import { useTRPC } from "#components/trpc/client";
import { Button } from "#components/ui/button";
import { RadioGroup } from "#components/ui/radio";
import { Callout } from "#components/ui/status";

type Choice = "builtin" | "provider";

/** A real model, or the built-in one for now. */
export function ProviderStep({ onDone }: { onDone: () => void }) {
  const trpc = useTRPC();
  const providers = useQuery(trpc.providers.list.queryOptions());
  const [choice, setChoice] = useState<Choice>("builtin");
  const connected = providers.data?.filter((connection) => connection.source !== "builtin") ?? [];
  return (
    <AuthCard wide title="Choose where answers come from" description="You can add and change providers at any time.">
      <div className="flex flex-col gap-4">
        {connected.length > 0 && (
          <Callout tone="ok" title={`Connected: ${connected.map((connection) => connection.name).join(", ")}`} />
        )}
        <RadioGroup
          label="Where answers come from"
          value={choice}
          onChange={setChoice}
          options={[
            {
              value: "builtin",
              label: "Built-in demo model, for now",
              description:
                "No key, no network, no LLM: it follows rules and quotes your documents. Enough to try everything.",
            },
            {
              value: "provider",
              label: "A model provider",
              description:
                "OpenAI, Anthropic, Google and others with your key, or Ollama, LM Studio and vLLM by address.",
            },
          ]}
        />
        {choice === "provider" ? (
          <ProviderForm onDone={onDone} />
        ) : (
          <Button variant="primary" size="lg" onClick={onDone}>
            Go on
          </Button>
        )}
      </div>
    </AuthCard>
  );
}
