// A node sees what leads to it, as pinned or as recorded.
import { expect, test } from "vitest";
import type { ExecutionDetail } from "~/api/types";
import { firstItem, gaveAt, nodesBefore } from "./before";
import type { Doc } from "./document";

const doc: Doc = {
  name: "W",
  nodes: ["A", "B", "C", "D"].map((name) => ({ name, type: "data.set" })),
  connections: [{ from: "A", to: "B" }, { from: "B", to: "C" }, { from: "C", to: "B" }, { from: "A", to: "D", output: 1 }],
  pinnedData: { A: [{ json: { pinned: true } }] } as never,
};
const step = (node: string, ...outputs: unknown[]) => ({ node, outputs: outputs.map((json) => ({ total: 1, items: [{ json }] })) });
const record = { steps: { items: [step("A", { old: 1 }, { other: 1 }), step("B", { run: 0 }), step("B", { run: 1 })] } } as unknown as ExecutionDetail;

test("all that leads to a node is before it, once, and itself is not", () => {
  expect(nodesBefore(doc, "C")).toEqual(["B", "A"]);
  expect(nodesBefore(doc, "B").sort()).toEqual(["A", "C"]);
  expect(nodesBefore(doc, "A")).toEqual([]);
});

test("pinned items go before recorded ones, and the last run before older ones", () => {
  expect(gaveAt(doc, record, "A")).toEqual([{ json: { pinned: true } }]);
  expect(gaveAt(doc, record, "A", 1)).toEqual([{ json: { other: 1 } }]);
  expect(firstItem(doc, record, "C")).toEqual({ json: { run: 1 } });
  expect(firstItem(doc, undefined, "B")).toEqual({ json: { pinned: true } });
  expect(firstItem(doc, undefined, "D")).toBeUndefined();
});
