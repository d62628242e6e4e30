// Two people in one document lose nothing, and are asked only where both changed the same thing.
import { expect, test } from "vitest";
import { addNode } from "../commands/addNode";
import { change } from "../commands/change";
import { group } from "../commands/group";
import { connect } from "../commands/connect";
import { move } from "../commands/move";
import { pin } from "../commands/pin";
import { remove } from "../commands/remove";
import { begin, perform, undo, type Doc } from "./document";
import { absorb, merge } from "./merge";

const base: Doc = {
  name: "Chain",
  nodes: ["A", "B", "C"].map((name, n) => ({ name, type: "data.set", position: [n * 240, 0], parameters: { url: "x", method: "GET" } as never })),
  connections: [{ from: "A", to: "B" }, { from: "B", to: "C" }],
};
const parameters = (it: object) => ({ parameters: it as never });

test("theirs is taken as it is where nothing of mine was changed", () => {
  const base = { name: "W", nodes: [{ name: "A", type: "flow.noOp" }] } as unknown as Doc;
  const theirs = { name: "W", nodes: [{ name: "A", type: "flow.noOp" }, { name: "B", type: "flow.noOp" }] } as unknown as Doc;
  const merged = merge(base, base, theirs);
  // The very same: nothing is to be saved then, and two who look at each other come to rest.
  expect(merged.doc).toBe(theirs);
  expect(merged.theirs).toEqual(["B"]);
});

test("different fields of one node come together", () => {
  const mine = change("A", parameters({ url: "y", method: "GET" }))(base);
  const theirs = change("A", { ...parameters({ url: "x", method: "POST" }), notes: "n" })(base);
  const { doc, ...rest } = merge(base, mine, theirs);
  expect(doc.nodes?.[0]).toMatchObject({ parameters: { url: "y", method: "POST" }, notes: "n" });
  expect(rest).toEqual({ theirs: ["A"], clashes: [] });
});

test("nodes, wires and pinned items of both are there, and what either cut is not", () => {
  const mine = pin("A", [{ json: 1 }] as never)(addNode({ node: { name: "M", type: "data.set" }, after: { name: "A", output: 0 } })(base));
  const theirs = connect({ from: "A", to: "C" })(remove(new Set(["B"]))(addNode({ node: { name: "T", type: "data.set" }, after: { name: "C", output: 0 } })(base)));
  const { doc, theirs: changed, clashes } = merge(base, mine, theirs);
  expect(doc.nodes?.map((it) => it.name)).toEqual(["A", "C", "T", "M"]);
  expect(doc.connections).toEqual([{ from: "C", to: "T" }, { from: "A", to: "C" }, { from: "A", to: "M" }]);
  expect(Object.keys(doc.pinnedData ?? {})).toEqual(["A"]);
  expect([changed, clashes]).toEqual([["B", "T"], []]);
});

test("groups that two people made are both there", () => {
  const ids: Doc = { ...base, nodes: base.nodes?.map((it) => ({ ...it, id: it.name })) };
  const { doc, clashes } = merge(ids, group(new Set(["A"]), "Mine", "m")(ids), group(new Set(["C"]), "Theirs", "t")(ids));
  expect([doc.groups?.map((it) => it.name), clashes]).toEqual([["Theirs", "Mine"], []]);
});

test("the same field in two ways is a clash; a place is not, nor the same change twice", () => {
  const mine = move(new Map([["B", [1, 1]]]))(change("A", parameters({ url: "mine" }))(base));
  const theirs = move(new Map([["B", [2, 2]]]))(change("A", parameters({ url: "theirs" }))(base));
  const { doc, clashes } = merge(base, mine, theirs);
  expect(clashes).toEqual(["A"]);
  expect(doc.nodes?.map((it) => it.position)).toEqual([[0, 0], [1, 1], [480, 0]]);
  expect(merge(base, mine, mine).clashes).toEqual([]);
});

test("who changes what the other removes is asked", () => {
  const { doc, clashes } = merge(base, change("B", { notes: "mine" })(base), remove(new Set(["B"]))(base));
  expect(doc.nodes?.map((it) => it.name)).toContain("B");
  expect(clashes).toEqual(["B"]);
});

test("what the server writes out or leaves out is no change", () => {
  const written: Doc = { ...base, description: null as never, nodes: base.nodes?.map((it) => ({ ...it, id: `id of ${it.name}`, version: 1, retry: null })) };
  expect(merge(base, base, written)).toMatchObject({ theirs: [], clashes: [] });
  expect(merge(base, remove(new Set(["B"]))(base), written)).toMatchObject({ theirs: [], clashes: [], doc: { nodes: [{ name: "A", id: "id of A" }, { name: "C" }] } });
});

test("switching a parameter off is a change, even where it was not written", () => {
  const mine = change("A", parameters({ url: "x", method: "GET", follow: false }))(base);
  expect(merge(base, mine, change("B", { notes: "n" })(base)).doc.nodes?.[0]?.parameters).toEqual({ url: "x", method: "GET", follow: false });
});

test("a step back leaves what the other made", () => {
  const history = perform(begin(base), change("A", { notes: "mine" }));
  const back = undo(absorb(history, base, change("C", { notes: "theirs" })(base)));
  expect(back.present.nodes?.map((it) => it.notes)).toEqual([undefined, undefined, "theirs"]);
});
