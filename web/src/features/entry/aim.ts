// Where somebody wanted to go before signing in; kept while the browser is at a provider's pages.
const KEPT = "tailorbird.aim";

/** A page of ours, whatever an address says. */
export function safeAim(to: string | null | undefined): string {
  return to?.startsWith("/") && !/^\/[/\\]/.test(to) ? to : "/";
}

/** What the address asks for; an invitation is gone on with where it was. */
export function aimOf({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): string {
  return safeAim(pathname.endsWith("/join") ? pathname.slice("/app".length) + hash : new URLSearchParams(search).get("to"));
}

export function keepAim(from: Location) {
  sessionStorage.setItem(KEPT, aimOf(from));
}

/** Once. */
export function takeAim(): string {
  const to = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  return safeAim(to);
}
