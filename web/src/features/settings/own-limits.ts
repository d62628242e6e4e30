// Limits of a workspace's own as they are typed: a number, none at all, or as in the plan.
import type { PlanLimitName as Limit } from "~/api/types";

/** `""` is as in the plan, `NONE` is without limit. */
export type Texts = Partial<Record<Limit, string>>;
export type Own = Record<string, number | null>;

export const NONE = "none";
/** Those that are compared and given: agents are not there yet. */
export const LIMITS: Limit[] = ["executions", "concurrentRuns", "backlog", "workflows", "members", "storageBytes", "credits", "requestsPerMinute", "callerRequestsPerMinute", "auditDays"];
/** None of these would be none at all. */
const AT_LEAST_ONE: Limit[] = ["requestsPerMinute", "callerRequestsPerMinute", "auditDays"];
const MIB = 1 << 20;
/** People count files in larger units than bytes. */
const UNITS: Partial<Record<Limit, number>> = { storageBytes: MIB };

export function textsOf(own: Own): Texts {
  const one = (name: Limit): [Limit, string][] => {
    const max = own[name];
    return max === undefined ? [] : [[name, max === null ? NONE : String(max / (UNITS[name] ?? 1))]];
  };
  return Object.fromEntries(LIMITS.flatMap(one));
}

/** What of them is no whole number. */
export const faultsIn = (texts: Texts): Limit[] =>
  LIMITS.filter((it) => {
    const text = texts[it] ?? "";
    const n = Number(text) * (UNITS[it] ?? 1);
    return text !== "" && text !== NONE && !(text.trim() !== "" && Number.isSafeInteger(n) && n >= (AT_LEAST_ONE.includes(it) ? 1 : 0));
  });

/** What is kept of them; what is there besides stays. */
export function ownOf(texts: Texts, before: Own): Own {
  const rest = Object.entries(before).filter(([it]) => !LIMITS.includes(it as Limit));
  const typed = LIMITS.flatMap((it): [string, number | null][] => {
    const text = texts[it] ?? "";
    return text === "" ? [] : [[it, text === NONE ? null : Number(text) * (UNITS[it] ?? 1)]];
  });
  return Object.fromEntries([...rest, ...typed]);
}
