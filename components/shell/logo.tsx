/** The mark: an answer that turns back to its asker. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={className} aria-hidden="true" fill="none">
      <rect width="24" height="24" rx="5.5" className="fill-accent" />
      <path
        d="M6.5 7.25h7.4a3.4 3.4 0 0 1 0 6.8H9.6m0 0 3-3m-3 3 3 3"
        className="stroke-on-accent"
        strokeWidth="1.9"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
