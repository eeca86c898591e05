"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Inputs, useTRPC } from "#components/trpc/client";
import { problemOf } from "#components/trpc/error";
import { toast } from "#components/ui/toast";

export interface AnswerApprovals {
  /** Ids of the calls that are being answered. */
  busyIds: readonly string[];
  answer: (responseId: string, answers: Inputs["approvals"]["answer"]["answers"]) => void;
}

/** Answers calls that wait. `onContinued` is told of the response that goes on with the run, once nothing waits. */
export function useAnswerApprovals(onContinued: (responseId: string) => void): AnswerApprovals {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mutation = useMutation(
    trpc.approvals.answer.mutationOptions({
      onSuccess: ({ continuedAs, left }) => {
        if (continuedAs !== null) onContinued(continuedAs);
        else toast({ title: "Noted", description: left === 1 ? "One more call waits." : `${left} more calls wait.` });
      },
      onError: (error) =>
        toast({ kind: "error", title: "The run could not go on", description: problemOf(error).message }),
      onSettled: () =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: trpc.approvals.pathKey() }),
          queryClient.invalidateQueries({ queryKey: trpc.responses.pathKey() }),
        ]),
    }),
  );
  return {
    busyIds: mutation.isPending ? mutation.variables.answers.map(({ id }) => id) : [],
    answer: (responseId, answers) => mutation.mutate({ responseId, answers }),
  };
}
