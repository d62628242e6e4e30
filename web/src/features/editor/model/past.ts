// What is kept of a draft's past beyond the visit: as much as is bearable, and only for the very draft that it led to.
import type { Doc, History } from "./document";

export interface KeptPast {
  /** Of the draft that it led to. */
  revision: number;
  past: Doc[];
  future: Doc[];
}

const STEPS_MAX = 200;
/** As if no two steps had anything in common, which they nearly all have. */
const CHARS_MAX = 5_000_000;

/** Nothing when there is nothing to step back or forth to. */
export function keep({ past, future, present }: History, revision: number): KeptPast | undefined {
  if (!past.length && !future.length) return undefined;
  const room = Math.min(STEPS_MAX, Math.floor(CHARS_MAX / JSON.stringify(present).length));
  const back = past.slice(-room || past.length);
  return { revision, past: room ? back : [], future: future.slice(0, Math.max(0, room - back.length)) };
}

/** The history with what was kept of it, unless something has been done already, or the draft is another one by now. */
export function recall(history: History, kept: unknown, begun: Doc, revision: number): History {
  if (!isPast(kept) || kept.revision !== revision) return history;
  if (history.present !== begun || history.past.length || history.future.length) return history;
  return { ...history, past: kept.past, future: kept.future };
}

const isPast = (it: unknown): it is KeptPast => typeof it === "object" && it !== null && "revision" in it && "past" in it && "future" in it && Array.isArray(it.past) && Array.isArray(it.future);
