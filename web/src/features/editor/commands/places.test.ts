// What commands about places and notes do: nothing but move, and no two things lie on one another for it.
import { expect, test } from "vitest";
import type { Doc } from "../model/document";
import { beneath } from "../model/places";
import { addNote } from "./addNote";
import { align } from "./align";
import { changeNote } from "./changeNote";
import { distribute } from "./distribute";
import { insert } from "./insert";
import { nudge } from "./move";
import { remove } from "./remove";
import { tidy } from "./tidy";

const doc: Doc = {
  name: "Places",
  nodes: [
    { name: "A", type: "trigger.manual", position: [0, 0] },
    { name: "B", type: "flow.if", position: [240, 40] },
    { name: "C", type: "data.set", position: [700, 300] },
  ],
  connections: [{ from: "A", to: "B" }, { from: "B", output: 1, to: "C", input: 2 }],
};
const placesOf = (it: Doc) => it.nodes?.map((node) => node.position);
const all = new Set(["A", "B", "C"]);

test("a node on a wire takes its ends, and what comes after makes room", () => {
  const next = insert({ name: "B", type: "data.set" }, { from: "A", to: "B" })(doc);
  expect(next.connections).toEqual([{ from: "A", to: "B 2" }, { from: "B 2", to: "B" }, { from: "B", output: 1, to: "C", input: 2 }]);
  expect(placesOf(next)).toEqual([[0, 0], [480, 40], [940, 300], [240, 40]]);
  const late = insert({ name: "D", type: "data.set" }, { from: "B", output: 1, to: "C", input: 2 })(doc);
  expect(late.connections?.slice(1)).toEqual([{ from: "B", output: 1, to: "D" }, { from: "D", to: "C", input: 2 }]);
  expect(insert({ name: "D", type: "data.set" }, { from: "A", to: "C" })(doc)).toBe(doc);
});

test("a loop does not make its own beginning move", () => {
  const loop: Doc = { ...doc, connections: [{ from: "A", to: "B" }, { from: "B", to: "A" }] };
  expect(placesOf(insert({ name: "D", type: "data.set" }, { from: "A", to: "B" })(loop))?.[0]).toEqual([0, 0]);
});

test.each([
  ["left", [[0, 0], [0, 40], [0, 300]]],
  ["center", [[350, 0], [350, 40], [350, 300]]],
  ["right", [[700, 0], [700, 40], [700, 300]]],
  ["top", [[0, 0], [240, 0], [700, 0]]],
  ["middle", [[0, 150], [240, 150], [700, 150]]],
  ["bottom", [[0, 300], [240, 300], [700, 300]]],
] as const)("aligned %s", (side, places) => expect(placesOf(align(all, side)(doc))).toEqual(places));

test("between three the gaps become equal, and two have nothing to distribute", () => {
  expect(placesOf(distribute(all, "across")(doc))).toEqual([[0, 0], [350, 40], [700, 300]]);
  expect(placesOf(distribute(all, "down")(doc))).toEqual([[0, 0], [240, 150], [700, 300]]);
  expect(distribute(new Set(["A", "B"]), "down")(doc)).toBe(doc);
});

test("tidied nodes stand along their wires, where they were; the others stay", () => {
  expect(placesOf(tidy()(doc))).toEqual([[0, 0], [240, 0], [480, 0]]);
  expect(placesOf(tidy(new Set(["B", "C"]))(doc))).toEqual([[0, 0], [240, 40], [480, 40]]);
});

test("notes are laid, changed, moved with nodes, and removed", () => {
  let next = addNote({ position: [20, 20] })(addNote({ content: "first" })(doc));
  expect(next.stickyNotes?.map((it) => it.id)).toEqual(["note-1", "note-2"]);
  next = changeNote("note:note-2", { content: "second", size: [10, 300], color: "green" })(next);
  expect(next.stickyNotes?.[1]).toEqual({ id: "note-2", content: "second", position: [20, 20], size: [120, 300], color: "green" });
  next = nudge(new Set(["A", "note:note-2"]), [20, 0])(next);
  expect([next.nodes?.[0]?.position, next.stickyNotes?.[1]?.position]).toEqual([[20, 0], [40, 20]]);
  next = remove(new Set(["note:note-1", "B"]))(next);
  expect(next.stickyNotes?.map((it) => it.content)).toEqual(["second"]);
  expect(next.nodes?.map((it) => it.name)).toEqual(["A", "C"]);
});

test("notes without ids are told apart by their place in the list", () => {
  const bare: Doc = { ...doc, stickyNotes: [{ content: "a" }, { content: "b" }] };
  expect(changeNote("note:1", { content: "c" })(bare).stickyNotes?.map((it) => it.content)).toEqual(["a", "c"]);
});

test("what is added where no place can be seen comes under everything", () => {
  expect(beneath(doc)).toEqual([0, 420]);
  expect(beneath({ ...doc, stickyNotes: [{ content: "low", position: [-40, 900] }] })).toEqual([-40, 1020]);
  expect(beneath({ name: "Nothing" })).toEqual([0, 0]);
});
