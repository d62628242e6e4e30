// Nodes in the order of the flow.
import { expect, test } from "vitest";
import type { Doc } from "./document";
import { outlineOf } from "./outline";

type Wire = [from: string, to: string, more?: { output?: number; kind?: string }];

function rowsOf(names: string, wires: Wire[]) {
  const nodes = names.split(" ").map((name, n) => ({ name, type: "data.set", position: [0, n * 100] as [number, number] }));
  return outlineOf({ name: "w", nodes, connections: wires.map(([from, to, more]) => ({ from, to, ...more })) } as unknown as Doc);
}

function check(names: string, wires: Wire[]): string[] {
  return rowsOf(names, wires).map((it) => `${"  ".repeat(it.depth)}${it.by ? `${it.by.kind ?? it.by.output ?? 0}: ` : ""}${it.node.name}${it.next.length ? ` > ${it.next.join(" ")}` : ""}`);
}

test("a chain is a list, in the order of its wires", () => {
  expect(check("C A B", [["A", "B"], ["B", "C"]])).toEqual(["A", "B", "C"]);
});

test("branches are indented by their outputs, and where they meet is beneath them", () => {
  expect(check("Start If Yes More No End", [["Start", "If"], ["If", "Yes"], ["Yes", "More"], ["If", "No", { output: 1 }], ["More", "End"], ["No", "End"]])).toEqual(["Start", "If", "  0: Yes", "  More > End", "  1: No > End", "End"]);
});

test("a branch that is empty is told by where it goes on", () => {
  expect(check("If Yes End", [["If", "Yes"], ["If", "End", { output: 1 }], ["Yes", "End"]])).toEqual(["If > End", "  0: Yes > End", "End"]);
});

test("branches within branches are indented further", () => {
  expect(check("A B C D E", [["A", "B"], ["A", "C", { output: 1 }], ["B", "D"], ["B", "E", { output: 1 }]])).toEqual(["A", "  0: B", "    0: D", "    1: E", "  1: C"]);
});

test("a wire back is said, and nothing is listed twice", () => {
  expect(check("Start Loop Work", [["Start", "Loop"], ["Loop", "Work"], ["Work", "Loop"]])).toEqual(["Start", "Loop", "Work > Loop"]);
  expect(check("A B", [["A", "B"], ["B", "A"]])).toEqual(["A", "B > A"]);
});

test("what is plugged in stands beneath the node that uses it", () => {
  expect(check("Start Agent Model Tool Key End", [["Start", "Agent"], ["Model", "Agent", { kind: "ai_model" }], ["Tool", "Agent", { kind: "ai_tool" }], ["Key", "Model", { kind: "ai_key" }], ["Agent", "End"]])).toEqual(["Start", "Agent", "  ai_model: Model", "    ai_key: Key", "  ai_tool: Tool", "End"]);
});

test("several starts stand one below the other, and what hangs on nothing comes too", () => {
  expect(check("Hook Alone Clock Work", [["Hook", "Work"], ["Clock", "Work"]])).toEqual(["Hook > Work", "Alone", "Clock", "Work"]);
});

test("a chain of ten thousand is listed", () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `n${n}`);
  const rows = check(names.join(" "), names.slice(1).map((it, n) => [`n${n}`, it]));
  expect(rows).toEqual(names);
});
