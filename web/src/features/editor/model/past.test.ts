// A draft's past over a reload: bounded, and only of the draft that it belongs to.
import { expect, test } from "vitest";
import { begin, perform, redo, undo, type Doc, type History } from "./document";
import { keep, recall } from "./past";

const named = (name: string): Doc => ({ name });
function changed(n: number, start = "0"): History {
  let history = begin(named(start));
  for (let at = 1; at <= n; at += 1) history = perform(history, () => named(String(at)));
  return history;
}

test("steps back and forth are the same after a reload", () => {
  const before = undo(changed(3));
  const now = named("2");
  const after = recall(begin(now), keep(before, 7), now, 7);
  expect(after).toEqual({ present: named("2"), past: [named("0"), named("1")], future: [named("3")] });
  expect(redo(undo(after)).present).toBe(now);
});

test("the past of another draft is none", () => {
  const now = named("3");
  expect(recall(begin(now), keep(changed(3), 7), now, 8)).toEqual(begin(now));
  for (const broken of [undefined, null, 5, {}, { revision: 8 }, { revision: 8, past: 1, future: [] }]) expect(recall(begin(now), broken, now, 8)).toEqual(begin(now));
});

test("what was done before it was read stands", () => {
  const now = named("3");
  const busy = perform(begin(now), () => named("4"));
  expect(recall(busy, keep(changed(3), 7), now, 7)).toBe(busy);
});

test("no more is kept than is bearable, and the nearest steps first", () => {
  const many = keep(changed(250), 1);
  expect([many?.past.length, many?.past.at(-1)?.name, many?.past[0]?.name]).toEqual([200, "249", "50"]);
  let history = changed(250);
  for (let n = 0; n < 240; n += 1) history = undo(history);
  const some = keep(history, 1);
  expect([some?.past.length, some?.future.length, some?.future[0]?.name]).toEqual([10, 190, "11"]);
  const large = perform(changed(20), () => named("x".repeat(1_000_000)));
  expect(keep(large, 1)?.past.length).toBe(4);
  const huge = perform(changed(20), () => named("x".repeat(6_000_000)));
  expect(keep(huge, 1)).toEqual({ revision: 1, past: [], future: [] });
});

test("where nothing was done, nothing is kept", () => {
  expect(keep(begin(named("a")), 1)).toBeUndefined();
});
