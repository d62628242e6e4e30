// Long pauses take little of the axis, and moments stay in their order.
import { expect, test } from "vitest";
import { axisOf } from "./axis";

const HOUR = 3_600_000;

test("without long pauses the axis is even", () => {
  const axis = axisOf([{ startMs: 0, endMs: 50 }, { startMs: 50, endMs: 100 }]);
  expect([0, 25, 50, 100].map(axis.at)).toEqual([0, 0.25, 0.5, 1]);
  expect(axis.folds).toEqual([]);
});

test("a wait of hours takes a small part of the axis", () => {
  const axis = axisOf([{ startMs: 0, endMs: 100 }, { startMs: HOUR, endMs: HOUR + 100 }]);
  expect(axis.folds).toHaveLength(1);
  expect(axis.at(100)).toBeCloseTo(0.46);
  expect(axis.at(HOUR)).toBeCloseTo(0.54);
  expect(axis.at(HOUR + 100)).toBeCloseTo(1);
  expect(axis.at(HOUR / 2)).toBeGreaterThan(axis.at(100));
});

test("many waits leave half of the axis to the steps", () => {
  const steps = Array.from({ length: 20 }, (_, n) => ({ startMs: n * HOUR, endMs: n * HOUR + 10 }));
  const axis = axisOf(steps);
  expect(axis.folds.reduce((sum, it) => sum + it.width, 0)).toBeLessThanOrEqual(0.5);
  const places = steps.map((it) => axis.at(it.startMs));
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test("a run without steps has an axis all the same", () => {
  expect(axisOf([]).at(5)).toBe(0);
});
