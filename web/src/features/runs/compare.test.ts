// Two runs side by side: which steps belong together, and what differs in them.
import { expect, test } from "vitest";
import type { ExecutionDetail } from "~/api/types";
import { linesOf, pairsOf } from "./compare";

const run = (...steps: [string, unknown][]) =>
  ({ steps: { items: steps.map(([node, json]) => ({ node, run: 0, outputs: [{ total: 1, items: [{ json }] }] })) } }) as unknown as ExecutionDetail;

test("steps are paired by node, and those that only one run has are kept", () => {
  const pairs = pairsOf(run(["Start", 1], ["Add", 2], ["Yes", 3]), run(["Start", 1], ["Add", 5], ["No", 6]));
  expect(pairs.map((it) => [it.node, Boolean(it.a), Boolean(it.b), it.isSame])).toEqual([
    ["Start", true, true, true],
    ["Add", true, true, false],
    ["Yes", true, false, false],
    ["No", false, true, false],
  ]);
});

test("lines that differ belong to one side", () => {
  const lines = linesOf("{\n a: 1,\n b: 2\n}", "{\n a: 1,\n b: 3,\n c: 4\n}");
  expect(lines.map((it) => [it.side, it.text.trim()])).toEqual([["both", "{"], ["both", "a: 1,"], ["a", "b: 2"], ["b", "b: 3,"], ["b", "c: 4"], ["both", "}"]]);
});
