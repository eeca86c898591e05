/** Next's start-up hook: `next start` alone opens the same parts as server/main.ts, which opens them before Next. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { openParts } = await import("#server/start");
  await openParts();
}
