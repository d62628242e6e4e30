// The time axis of a run: long stretches in which no step ran are folded, so that the steps can be seen.

export interface Stretch {
  startMs: number;
  endMs: number;
}

export interface Fold extends Stretch {
  /** Where it lies on the axis, in parts of its whole. */
  at: number;
  width: number;
}

export interface Axis {
  /** The place of a moment, in parts of the whole. */
  at: (ms: number) => number;
  folds: Fold[];
}

/** A gap is folded when it is longer than all work together, and long enough to be seen as a pause. */
const FOLDED_MS_MIN = 1000;
/** What a fold takes of the axis; all of them together take at most half. */
const FOLD_WIDTH = 0.08;

export function axisOf(steps: readonly Stretch[]): Axis {
  const busy = merged(steps);
  const [first, last] = [busy[0], busy.at(-1)];
  if (!first || !last) return { at: () => 0, folds: [] };
  const workMs = Math.max(1, busy.reduce((sum, it) => sum + it.endMs - it.startMs, 0));
  const gaps = busy.slice(1).map((it, n) => ({ startMs: busy[n]?.endMs ?? it.startMs, endMs: it.startMs }));
  const folded = gaps.filter((it) => it.endMs - it.startMs >= Math.max(FOLDED_MS_MIN, workMs));
  const foldWidth = folded.length ? Math.min(FOLD_WIDTH, 0.5 / folded.length) : 0;
  const shownMs = Math.max(1, last.endMs - first.startMs - folded.reduce((sum, it) => sum + it.endMs - it.startMs, 0));
  const scale = (1 - foldWidth * folded.length) / shownMs;
  const at = (ms: number) => {
    let place = 0;
    let from = first.startMs;
    for (const it of folded) {
      if (ms <= it.startMs) break;
      place += (it.startMs - from) * scale + foldWidth * Math.min(1, (ms - it.startMs) / (it.endMs - it.startMs));
      from = it.endMs;
    }
    return Math.min(1, Math.max(0, place + Math.max(0, ms - from) * scale));
  };
  return { at, folds: folded.map((it) => ({ ...it, at: at(it.startMs), width: foldWidth })) };
}

/** The stretches without overlap, in their order. */
function merged(steps: readonly Stretch[]): Stretch[] {
  const res: Stretch[] = [];
  for (const it of [...steps].sort((a, b) => a.startMs - b.startMs)) {
    const last = res.at(-1);
    if (last && it.startMs <= last.endMs) last.endMs = Math.max(last.endMs, it.endMs);
    else res.push({ ...it });
  }
  return res;
}
