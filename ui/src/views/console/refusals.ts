/** What the page's own policy keeps it from reaching: a fetch that it refuses says only that it failed. */

export type Refusals = { seen: Set<string>; end: () => void };

/** Collect the origins that are refused from now on. */
export function watchRefusals(): Refusals {
  const seen = new Set<string>();
  const note = (event: SecurityPolicyViolationEvent) => {
    if (event.effectiveDirective === "connect-src") seen.add(new URL(event.blockedURI).origin);
  };
  document.addEventListener("securitypolicyviolation", note);
  return { seen, end: () => document.removeEventListener("securitypolicyviolation", note) };
}
