// The numbers beside the chart: round, few, and high enough.
import { expect, test } from "vitest";
import { ticksOf } from "./ticks";

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [370, [0, 100, 200, 300, 400]],
  [1_000_000, [0, 500_000, 1_000_000]],
])("a highest bar of %d is measured by %j", (highest, ticks) => {
  expect(ticksOf(highest)).toEqual(ticks);
});
