// How much of something there is, in the units of people.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** 268435456 is `256 MiB`. */
export function sizeOf(bytes: number, language: string) {
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${UNITS[unit]}`;
}

/** The share that is used, from 0 to 1; of what has no limit none. */
export const shareOf = (used: number, max: number | null | undefined) => (max == null ? 0 : max === 0 ? 1 : Math.min(1, used / max));

/** 4900 of `eur` is `€49.00`. */
export function priceOf(amount: number, currency: string, language: string) {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** So many credits at most are bought or given at once, as the server has it. */
export const CREDITS_MAX = 10_000_000;

/** The whole number from 1 on that a text is, if it is one. */
export function amountIn(text: string) {
  const n = Number(text);
  return text.trim() !== "" && Number.isSafeInteger(n) && n >= 1 ? n : undefined;
}

/** The day after `2026-01-31`, if it is a day. */
export function nextDay(day: string) {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : new Date(at + 86_400_000).toISOString().slice(0, 10);
}
