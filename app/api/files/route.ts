import { answerUpload } from "#server/trpc/upload";

export const dynamic = "force-dynamic";

export { answerUpload as POST };
