// Groups hold nodes, lose them with the nodes, and go without taking any along.
import { expect, test } from "vitest";
import { frameAround } from "~/features/graph/groups";
import type { Doc } from "../model/document";
import { withMembers } from "../model/groups";
import { changeGroup } from "./changeGroup";
import { group } from "./group";
import { nudge } from "./move";
import { remove } from "./remove";
import { rename } from "./rename";

const doc: Doc = { name: "W", nodes: ["A", "B", "C"].map((name, n) => ({ id: `id ${name}`, name, type: "data.set", position: [n * 240, 0] })), connections: [] };
const grouped = group(new Set(["A", "B"]), "Fetch", "g1")(doc);

test("a group holds ids, so that a new name changes nothing", () => {
  expect(rename("A", "Z")(grouped).groups).toEqual([{ id: "g1", name: "Fetch", nodes: ["id A", "id B"] }]);
  expect(group(new Set(["nobody"]), "x", "g")(doc)).toBe(doc);
});

test("a node leaves the group that it was in, and an empty one is gone", () => {
  const next = group(new Set(["B", "C"]), "Send", "g2")(grouped);
  expect(next.groups?.map((it) => it.nodes)).toEqual([["id A"], ["id B", "id C"]]);
  expect(group(new Set(["A"]), "Alone", "g3")(next).groups?.map((it) => it.name)).toEqual(["Send", "Alone"]);
});

test("a removed node leaves its group; a removed group leaves its nodes", () => {
  expect(remove(new Set(["A"]))(grouped).groups).toEqual([{ id: "g1", name: "Fetch", nodes: ["id B"] }]);
  expect(remove(new Set(["A", "B"]))(grouped).groups).toEqual([]);
  const without = remove(new Set(["group:g1"]))(grouped);
  expect([without.groups, without.nodes?.length]).toEqual([[], 3]);
});

test("what is done to a group is done to its nodes", () => {
  expect(nudge(withMembers(grouped, new Set(["group:g1"])), [20, 0])(grouped).nodes?.map((it) => it.position?.[0])).toEqual([20, 260, 480]);
  expect(changeGroup("group:g1", { name: "Read", color: "blue" })(grouped).groups?.[0]).toEqual({ id: "g1", name: "Read", color: "blue", nodes: ["id A", "id B"] });
});

test("a frame goes around all of its boxes", () => {
  expect(frameAround([{ x: 0, y: 0, width: 176, height: 56 }, { x: 240, y: 100, width: 176, height: 56 }])).toEqual({ x: -20, y: -40, width: 456, height: 216 });
  expect(frameAround([])).toBeUndefined();
});
