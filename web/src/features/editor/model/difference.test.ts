// What is told of the changes between two versions, and drawn of them.
import { expect, test } from "vitest";
import type { Schemas, Workflow } from "~/api/types";
import { differenceOf, fieldOf } from "./difference";

const draft: Workflow = {
  name: "W",
  nodes: [{ name: "A.b", type: "data.set" }, { name: "New", type: "data.set" }, { name: "Still", type: "data.set" }],
  connections: [{ from: "A.b", to: "New" }],
};
const change = (kind: Schemas["ChangeKind"], path: string, node: string | null, before: unknown, after: unknown): Schemas["Change"] => ({ kind, path, node, before, after });
const changes = [
  change("removed", "nodes.Gone", "Gone", { name: "Gone", type: "data.set" }, null),
  change("added", "nodes.New", "New", null, { name: "New", type: "data.set" }),
  change("changed", "nodes.A.b.parameters.url", "A.b", "x", "y"),
  change("changed", "nodes.A.b.position[0]", "A.b", 0, 20),
  change("changed", "nodes.Still.position[1]", "Still", 0, 20),
  change("removed", "connections.A.b[0] → Gone[0]", null, { from: "A.b", to: "Gone" }, null),
  change("added", "connections.A.b[0] → New[0]", null, null, { from: "A.b", to: "New" }),
  change("changed", "settings.order", null, "v1", "parallel"),
];

test("nodes come, go and change; one that only moved is counted apart", () => {
  const it = differenceOf(draft, changes);
  expect(it.nodes.map((node) => [node.name, node.mark, node.fields.map(fieldOf)])).toEqual([["Gone", "removed", []], ["New", "added", []], ["A.b", "changed", ["parameters.url"]]]);
  expect([it.nMoved, it.rest.map(fieldOf)]).toEqual([1, ["settings.order"]]);
});

test("what was removed is drawn with its wires", () => {
  const it = differenceOf(draft, changes);
  expect(it.drawn.nodes?.map((node) => node.name)).toEqual(["A.b", "New", "Still", "Gone"]);
  expect(it.drawn.connections).toEqual([{ from: "A.b", to: "New" }, { from: "A.b", to: "Gone" }]);
  expect([...it.wires.values()]).toEqual(["removed", "added"]);
});

test("a removed node whose name another has now is not drawn twice", () => {
  const it = differenceOf(draft, [change("removed", "nodes.New", "New", { name: "New", type: "data.code" }, null), change("added", "nodes.New", "New", null, { name: "New", type: "data.set" })]);
  expect(it.drawn.nodes).toHaveLength(3);
  expect(it.nodes).toEqual([{ name: "New", mark: "added", fields: [] }]);
});
