"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, type ButtonProps } from "#components/ui/button";
import { IconButton } from "#components/ui/icon-button";
import { toast } from "#components/ui/toast";

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Copies a text and says so for two seconds. */
export function useCopy(text: string): { copied: boolean; copy: () => void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    void writeClipboard(text).then((done) => {
      setCopied(done);
      if (!done)
        toast({
          kind: "error",
          title: "Could not copy",
          description: "The browser did not allow it. Select the text instead.",
        });
    });
  };
  return { copied, copy };
}

/** A small button that copies `text`. */
export function CopyButton({ text, label = "Copy", className }: { text: string; label?: string; className?: string }) {
  const { copied, copy } = useCopy(text);
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? "Copied" : label}
      size="sm"
      className={className}
      onClick={(event) => {
        event.stopPropagation();
        copy();
      }}
    />
  );
}

/** A button with words that copies `text`. */
export function CopyTextButton({ text, children, ...rest }: ButtonProps & { text: string }) {
  const { copied, copy } = useCopy(text);
  return (
    <Button {...rest} icon={copied ? Check : Copy} onClick={copy}>
      {copied ? "Copied" : children}
    </Button>
  );
}
