// Adds a node; behind another one when it is named, wired to it.
import type { Connection, Node } from "~/api/types";
import { freeName, nodeOf, nodesOf, wiresOf, type Change } from "../model/document";

const STEP = 240;
/** For what several outputs are called. */
const LABELS = 60;

export interface Added {
  node: Node;
  /** What it comes after, by which output, and of which kind the wire is; whether names stand at its outputs. */
  after?: { name: string; output: number; kind?: string; isLabelled?: boolean };
}

export function addNode({ node, after }: Added): Change {
  return (doc) => {
    const name = freeName(doc, node.name);
    const before = after && nodeOf(doc, after.name);
    const [x = 0, y = 0] = before?.position ?? [];
    const position = node.position ?? (before ? [x + STEP + (after?.isLabelled ? LABELS : 0), y + (after?.output ?? 0) * 120] : [0, 0]);
    const wire: Connection[] = before && after ? [{ from: before.name, to: name, ...(after.output ? { output: after.output } : {}), ...(after.kind && after.kind !== "main" ? { kind: after.kind } : {}) }] : [];
    return { ...doc, nodes: [...nodesOf(doc), { ...node, name, position: free(nodesOf(doc), position) }], connections: [...wiresOf(doc), ...wire] };
  };
}

/** No node lies on another. */
function free(nodes: Node[], [x = 0, y = 0]: number[]): [number, number] {
  const isTaken = (at: number) => nodes.some((it) => Math.abs((it.position?.[0] ?? 0) - x) < 160 && Math.abs((it.position?.[1] ?? 0) - at) < 60);
  let at = y;
  while (isTaken(at)) at += 100;
  return [x, at];
}
