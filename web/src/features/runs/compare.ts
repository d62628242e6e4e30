// Two executions, step by step.
import type { ExecutionDetail, Step } from "~/api/types";

export interface Pair {
  node: string;
  run: number;
  a?: Step;
  b?: Step;
  /** Whether both gave the same, as far as it was read. */
  isSame: boolean;
}

const keyOf = (it: { node: string; run: number }) => JSON.stringify([it.node, it.run]);
const gave = (it: Step) => JSON.stringify([it.outputs.map((output) => [output.total, output.items.map((item) => item.json)]), it.error?.message]);

/** The steps of both, in the order of the first; those that only the second has come after. */
export function pairsOf(a: ExecutionDetail, b: ExecutionDetail): Pair[] {
  const others = new Map(b.steps.items.map((it) => [keyOf(it), it]));
  const res: Pair[] = a.steps.items.map((it) => {
    const other = others.get(keyOf(it));
    others.delete(keyOf(it));
    return { node: it.node, run: it.run, a: it, b: other, isSame: other !== undefined && gave(it) === gave(other) };
  });
  for (const it of others.values()) res.push({ node: it.node, run: it.run, b: it, isSame: false });
  return res;
}

export type Line = { text: string; side: "both" | "a" | "b" };
/** Longer texts are not compared line by line. */
const LINES_MAX = 600;

/** Lines that both have, and those that only one has. */
export function linesOf(a: string, b: string): Line[] {
  const [left, right] = [a.split("\n").slice(0, LINES_MAX), b.split("\n").slice(0, LINES_MAX)];
  // Longest common subsequence: `best[i][j]` is of what follows line i and line j.
  const best = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const row = best[i];
    for (let j = right.length - 1; row && j >= 0; j -= 1) row[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const res: Line[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      res.push({ text: left[i] ?? "", side: "both" });
      i += 1;
      j += 1;
    } else if (i < left.length && (j >= right.length || at(i + 1, j) >= at(i, j + 1))) {
      res.push({ text: left[i] ?? "", side: "a" });
      i += 1;
    } else {
      res.push({ text: right[j] ?? "", side: "b" });
      j += 1;
    }
  }
  return res;
}
