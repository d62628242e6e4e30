// Which executions are looked for, as it stands in the address.

export interface Filters {
  status?: string;
  workflowId?: string;
  search?: string;
  /** One of `SPANS`: counted back from now. */
  since?: string;
  /** Days here, such as `2027-03-28`, the last one included. */
  from?: string;
  until?: string;
}

const HOUR_MS = 3_600_000;
export const SPANS: Record<string, number> = { "1h": HOUR_MS, "24h": 24 * HOUR_MS, "7d": 7 * 24 * HOUR_MS, "30d": 30 * 24 * HOUR_MS };

/** The span of time as the server takes it: from then, and before. */
export function spanOf({ since, from, until }: Filters, now = Date.now()): { from?: string; until?: string } {
  const span = since ? SPANS[since] : undefined;
  if (span) return { from: new Date(now - span).toISOString() };
  return { from: midnight(from, 0), until: midnight(until, 1) };
}

/** Midnight here at the beginning of a day, or so many days later. */
function midnight(day: string | undefined, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? "") ?? [];
  if (!year) return undefined;
  const at = new Date(Number(year), Number(month) - 1, Number(date) + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Today here, as the field for a day writes it. */
export const today = (now = new Date()) => [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((it) => String(it).padStart(2, "0")).join("-");
