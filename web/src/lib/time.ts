// Times and durations as people read them, in their zone and language.

export function clock(text: string, language: string, now = new Date()): string {
  const at = new Date(text);
  const time = at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  if (at.toDateString() === now.toDateString()) return time;
  const isThisYear = at.getFullYear() === now.getFullYear();
  const date = at.toLocaleDateString(language, { day: "numeric", month: "short", year: isThisYear ? undefined : "numeric" });
  return `${date} ${time.slice(0, 5)}`;
}

export function exact(text: string, language: string): string {
  return new Date(text).toLocaleString(language, { dateStyle: "full", timeStyle: "long" });
}

export function took(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "";
  if (ms < 0.1) return "<0.1 ms";
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

const DAY_MS = 86_400_000;
/** `YYYY-MM-DD` of the day so many days ago in UTC, as the counters have it. */
export const daysAgo = (n: number) => new Date(Date.now() - n * DAY_MS).toISOString().slice(0, 10);
