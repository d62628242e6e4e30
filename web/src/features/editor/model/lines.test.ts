// The outline with its notes and groups, and the keys that go along it.
import { expect, test } from "vitest";
import type { Doc } from "./document";
import { linesOf, neighbourOf } from "./lines";

type Wire = [from: string, to: string, output?: number];

function linesIn(names: string, wires: Wire[], more: object = {}) {
  const nodes = names.split(" ").map((name, n) => ({ id: `id ${name}`, name, type: "data.set", position: [0, n * 100] as [number, number] }));
  return linesOf({ name: "w", nodes, connections: wires.map(([from, to, output]) => ({ from, to, output })), ...more } as unknown as Doc);
}

const said = (lines: ReturnType<typeof linesIn>) => lines.map((it) => `${"  ".repeat(it.depth)}${it.key}${"members" in it ? `: ${it.members.join(" ")}` : ""}`);

test("a group stands before the first of its nodes, and names them in the order of the flow", () => {
  const groups = [{ id: "g", name: "Together", nodes: ["id C", "id B", "id gone"] }];
  expect(said(linesIn("A B C", [["A", "B"], ["B", "C"]], { groups }))).toEqual(["A", "group:g: B C", "B", "C"]);
});

test("within a branch it is as far in as the branch", () => {
  const groups = [{ id: "g", name: "No", nodes: ["id No"] }];
  expect(said(linesIn("If Yes No", [["If", "Yes"], ["If", "No", 1]], { groups }))).toEqual(["If", "  Yes", "  group:g: No", "  No"]);
});

test("a note stands before the first node that lies on it, and one that lies alone at the end", () => {
  const stickyNotes = [{ id: "alone", content: "a", position: [900, 900] }, { id: "under", content: "b", position: [-20, 80], size: [300, 300] }];
  expect(said(linesIn("A B C", [["A", "B"], ["B", "C"]], { stickyNotes }))).toEqual(["A", "note:under", "B", "C", "note:alone"]);
});

test("what has no ids is told apart by its place in the list", () => {
  const more = { stickyNotes: [{ content: "a" }, { content: "b", position: [900, 0] }], groups: [{ name: "Empty" }] };
  expect(said(linesIn("A", [], more))).toEqual(["note:0", "A", "group:0: ", "note:1"]);
});

test("arrow keys go up and down the list, out of a branch and into it", () => {
  const stickyNotes = [{ id: "n", content: "last", position: [900, 0] }];
  const lines = linesIn("If Yes More No End", [["If", "Yes"], ["If", "No", 1], ["Yes", "More"], ["More", "End"], ["No", "End"]], { stickyNotes });
  const walk = (from: string | undefined, ...keys: string[]) => keys.map((key) => (from = neighbourOf(lines, from, key) ?? from));
  expect(walk(undefined, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowRight", "End", "ArrowUp", "ArrowUp")).toEqual(["If", "Yes", "More", "If", "Yes", "note:n", "End", "No"]);
  expect(neighbourOf(lines, "note:n", "ArrowDown")).toBeUndefined();
  expect(neighbourOf(lines, "If", "ArrowUp")).toBeUndefined();
  expect(neighbourOf(lines, "If", "Tab")).toBeUndefined();
  expect(neighbourOf([], undefined, "ArrowDown")).toBeUndefined();
});
