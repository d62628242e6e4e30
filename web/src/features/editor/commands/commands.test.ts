// What each command does to a document, and that all of it can be undone.
import { expect, test } from "vitest";
import type { Doc } from "../model/document";
import { begin, perform, redo, undo } from "../model/document";
import { addNode } from "./addNode";
import { change } from "./change";
import { connect } from "./connect";
import { disconnect } from "./disconnect";
import { move } from "./move";
import { copied, paste } from "./paste";
import { pin } from "./pin";
import { remove } from "./remove";
import { inText, rename } from "./rename";

const doc: Doc = {
  name: "Chain",
  nodes: [
    { name: "A", type: "trigger.manual", position: [0, 0] },
    { name: "B", type: "data.set", position: [240, 0], parameters: { json: "={{ $('A').item.json.x }}" } as never },
    { name: "C", type: "data.set", position: [480, 0], parameters: { json: "={{ $node[\"B\"].json.x + $('Bee').item }}" } as never },
  ],
  connections: [
    { from: "A", to: "B" },
    { from: "B", to: "C" },
  ],
};

test("a node is added behind another, with a free name and a free place", () => {
  const next = addNode({ node: { name: "B", type: "data.set" }, after: { name: "A", output: 0 } })(doc);
  expect(next.nodes?.at(-1)).toMatchObject({ name: "B 2", position: [240, 100] });
  expect(next.connections?.at(-1)).toEqual({ from: "A", to: "B 2" });
});

test("a wire is made once and taken away", () => {
  const wire = { from: "A", to: "C" };
  const next = connect(wire)(connect(wire)(doc));
  expect(next.connections).toHaveLength(3);
  expect(disconnect(wire)(next).connections).toEqual(doc.connections);
});

test("what a removed node stood between is joined", () => {
  const next = remove(new Set(["B"]))(doc);
  expect(next.connections).toEqual([{ from: "A", to: "C" }]);
  expect(remove(new Set(["nobody"]))(doc)).toBe(doc);
});

test("a new name reaches wires, pinned items and expressions, and no other name", () => {
  const next = rename("B", "It's")(pin("B", [{ json: { x: 1 } }])(doc));
  expect(next.connections).toEqual([{ from: "A", to: "It's" }, { from: "It's", to: "C" }]);
  expect(Object.keys(next.pinnedData ?? {})).toEqual(["It's"]);
  expect(next.nodes?.[2]?.parameters).toEqual({ json: "={{ $node[\"It's\"].json.x + $('Bee').item }}" });
  expect(inText("$('B') $items( 'B') $('BB')", "B", "It's")).toBe("$('It\\'s') $items( 'It\\'s') $('BB')");
  expect(rename("A", "B")(doc)).toBe(doc);
});

test("copies come beside what they were made of, wired among themselves", () => {
  let n = 0;
  const next = paste(copied({ ...doc, nodes: doc.nodes?.map((it) => ({ ...it, id: it.name })) }, new Set(["B", "C"])), () => `new ${(n += 1)}`)(doc);
  expect(next.nodes?.map((it) => it.name)).toEqual(["A", "B", "C", "B 2", "C 2"]);
  expect(next.nodes?.slice(3).map((it) => it.id)).toEqual(["new 1", "new 2"]);
  expect(next.connections?.at(-1)).toEqual({ from: "B 2", to: "C 2" });
});

test("notes are copied too, and get ids of their own", () => {
  const part = { nodes: [{ name: "B", type: "data.set", position: [1000, 900] }], connections: [], stickyNotes: [{ id: "note-1", content: "Hi", position: [980, 1000] }] };
  const next = paste(part, () => "id")({ ...doc, stickyNotes: [{ id: "note-1", content: "mine" }] });
  expect(next.nodes?.at(-1)).toMatchObject({ name: "B 2", position: [1040, 940] });
  expect(next.stickyNotes?.at(-1)).toEqual({ id: "note-2", content: "Hi", position: [1020, 1040] });
});

test("every step can be taken back and made again, and typing in one field is one step", () => {
  let history = begin(doc);
  history = perform(history, move(new Map([["A", [20, 20]]])));
  history = perform(history, change("B", { disabled: true }), "B disabled");
  history = perform(history, change("B", { notes: "a" }), "B notes");
  history = perform(history, change("B", { notes: "ab" }), "B notes");
  expect(history.past).toHaveLength(3);
  const last = history.present;
  for (let n = 0; n < 5; n += 1) history = undo(history);
  expect(history.present).toEqual(doc);
  for (let n = 0; n < 5; n += 1) history = redo(history);
  expect(history.present).toEqual(last);
});
