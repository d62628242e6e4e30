// What a person may write as the input of a run.
import { expect, test } from "vitest";
import type { ExecutionDetail } from "~/api/types";
import { inputOf, itemsOf } from "./input";

const RUN = {
  steps: {
    items: [
      { node: "Start", run: 0, sources: [], outputs: [{ total: 1, items: [{ json: { n: 4 } }] }] },
      { node: "Double", run: 0, sources: [{ node: "Start", run: 0, output: 0 }], outputs: [{ total: 70, items: [{ json: { n: 8 } }] }] },
      { node: "Last", run: 0, sources: [{ node: "Double", run: 0, output: 0 }], outputs: [] },
      { node: "Join", run: 0, sources: [{ node: "Start", run: 0, output: 0 }, { node: "Double", run: 0, output: 0 }], outputs: [] },
    ],
  },
} as unknown as ExecutionDetail;

test("a replay is given what the step got, or what the trigger gave", () => {
  expect(inputOf(RUN, "")).toEqual({ items: [{ json: { n: 4 } }], total: 1 });
  expect(inputOf(RUN, "Double").items).toEqual([{ json: { n: 4 } }]);
  expect(inputOf(RUN, "Last")).toEqual({ items: [{ json: { n: 8 } }], total: 70 });
  expect(inputOf(RUN, "Join").total).toBe(0);
});

test("items are a list of objects, or one of them", () => {
  expect(itemsOf('[{"a":1},{}]')).toEqual([{ json: { a: 1 } }, { json: {} }]);
  expect(itemsOf('{"a":1}')).toEqual([{ json: { a: 1 } }]);
  for (const odd of ["[1]", "null", "{", '[["a"]]']) expect(itemsOf(odd)).toBeUndefined();
});
