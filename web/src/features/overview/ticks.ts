// The numbers beside a chart of counts: whole, round, and the last one not below the highest bar.

const STEPS = [1, 2, 5];

/** From 0 in two to five equal steps. */
export function ticksOf(highest: number): number[] {
  if (highest <= 1) return [0, 1];
  for (let power = 1; ; power *= 10) {
    for (const it of STEPS) {
      const step = it * power;
      const n = Math.ceil(highest / step);
      if (n <= 4) return Array.from({ length: n + 1 }, (_, at) => at * step);
    }
  }
}
