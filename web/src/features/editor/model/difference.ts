// What changed between two versions, node by node, and one document in which all of it can be drawn.
import type { Connection, Node, Schemas, Workflow } from "~/api/types";
import { wireId } from "~/features/graph/wires";

type Change = Schemas["Change"];
export type Mark = Schemas["ChangeKind"];

export interface NodeDifference {
  name: string;
  mark: Mark;
  /** What changed of it, but for its place; empty when it came or went as a whole. */
  fields: Change[];
}

export interface Difference {
  nodes: NodeDifference[];
  /** Wires by their ids. */
  wires: Map<string, Mark>;
  /** What is about neither: settings, notes, the name. */
  rest: Change[];
  /** Nodes that only lie elsewhere. */
  nMoved: number;
  /** The draft, with what was removed still in it. */
  drawn: Workflow;
}

const PLACE = /^position\b/;
/** The server's answer to what a whole node or wire is. */
const asNode = (value: unknown) => value as Node | null;
const asWire = (value: unknown) => value as Connection | null;

export function differenceOf(draft: Workflow, changes: readonly Change[]): Difference {
  const nodes = new Map<string, NodeDifference>();
  const moved = new Set<string>();
  const wires = new Map<string, Mark>();
  const rest: Change[] = [];
  const gone: Node[] = [];
  const cut: Connection[] = [];
  for (const it of changes) {
    if (it.path.startsWith("connections.")) {
      const wire = asWire(it.kind === "removed" ? it.before : it.after);
      if (!wire) continue;
      wires.set(wireId(wire), it.kind);
      if (it.kind === "removed") cut.push(wire);
    } else if (!it.node) {
      rest.push(it);
    } else if (it.path === `nodes.${it.node}`) {
      nodes.set(it.node, { name: it.node, mark: it.kind, fields: [] });
      const node = it.kind === "removed" ? asNode(it.before) : null;
      if (node) gone.push(node);
    } else {
      const field = fieldOf(it);
      if (PLACE.test(field)) {
        moved.add(it.node);
        continue;
      }
      const known = nodes.get(it.node) ?? { name: it.node, mark: "changed", fields: [] };
      nodes.set(it.node, { ...known, fields: [...known.fields, it] });
    }
  }
  const names = new Set((draft.nodes ?? []).map((it) => it.name));
  const left = gone.filter((it) => !names.has(it.name));
  for (const it of left) names.add(it.name);
  const drawn: Workflow = {
    ...draft,
    nodes: [...(draft.nodes ?? []), ...left],
    connections: [...(draft.connections ?? []), ...cut.filter((it) => names.has(it.from) && names.has(it.to))],
  };
  return { nodes: [...nodes.values()], wires, rest, nMoved: [...moved].filter((it) => !nodes.has(it)).length, drawn };
}

/** The way inside the node, such as `parameters.url`. */
export const fieldOf = (it: Change) => (it.node ? it.path.slice(`nodes.${it.node}.`.length) : it.path);
