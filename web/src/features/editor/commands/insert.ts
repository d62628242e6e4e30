// Puts a new node onto a wire: what flowed past flows through it.
import type { Connection, Node } from "~/api/types";
import { freeName, nodeOf, nodesOf, wiresOf, type Change } from "../model/document";
import { same } from "./connect";

const STEP = 240;

export function insert(node: Node, wire: Connection): Change {
  return (doc) => {
    const [before, after] = [nodeOf(doc, wire.from), nodeOf(doc, wire.to)];
    if (!before || !after || !wiresOf(doc).some((it) => same(it, wire))) return doc;
    const name = freeName(doc, node.name);
    const [x = 0, y = 0] = before.position ?? [];
    const [nextX = 0] = after.position ?? [];
    const place: [number, number] = [x + STEP, after.position?.[1] ?? y];
    // Where there is no room, everything that comes after makes some.
    const shift = nextX > x ? Math.max(0, place[0] + STEP - nextX) : 0;
    const late = shift ? behind(doc.connections ?? [], wire.to, wire.from) : new Set<string>();
    const nodes = nodesOf(doc).map((it) => (late.has(it.name) ? { ...it, position: [(it.position?.[0] ?? 0) + shift, it.position?.[1] ?? 0] } : it));
    const wires = wiresOf(doc).flatMap((it): Connection[] => {
      if (!same(it, wire)) return [it];
      const { input: _, ...into } = it;
      return [{ ...into, to: name }, { from: name, to: it.to, ...(it.input ? { input: it.input } : {}), ...(it.kind ? { kind: it.kind } : {}) }];
    });
    return { ...doc, nodes: [...nodes, { ...node, name, position: place }], connections: wires };
  };
}

/** The nodes that are reached from `first`, without going through `stop`. */
function behind(wires: Connection[], first: string, stop: string): Set<string> {
  const res = new Set([first]);
  for (const name of res) {
    for (const it of wires) if (it.from === name && it.to !== stop) res.add(it.to);
  }
  return res;
}
