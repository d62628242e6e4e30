// Wires of one look, many in one shape. What did not move is the same thread as before, so that only what did is drawn anew.
import type { Drawn } from "./drawing";
import { lookOf, PLAIN, wayOf, type WireLook } from "./way";
import type { DrawnWire } from "./wire";

export interface Thread {
  key: string;
  look: WireLook;
  isRunning: boolean;
  path: string;
}

/** Fewer would be more shapes to draw, more would be more to draw anew when one node moves. */
const WIRES_MAX = 40;

interface Laid {
  wire: DrawnWire;
  from: Drawn;
  to: Drawn;
  path: string;
  kind: string;
}

/** Gives the threads of what is drawn now, and remembers them for the next time. */
export function threads(): (nodes: readonly Drawn[], wires: readonly DrawnWire[]) => Thread[] {
  let laid = new Map<string, Laid>();
  let sewn = new Map<string, Thread & { parts: string[] }>();
  return (nodes, wires) => {
    const places = new Map(nodes.map((it) => [it.id, it]));
    const bundles = new Map<string, Laid[]>();
    const now = new Map<string, Laid>();
    for (const wire of wires) {
      const [from, to] = [places.get(wire.source), places.get(wire.target)];
      if (!from || !to) continue;
      const before = laid.get(wire.id);
      const isStill = before?.wire === wire && before.from === from && before.to === to;
      const one = isStill ? before : { wire, from, to, path: wayFrom(wire, from, to)[0], kind: kindOf(wire) };
      now.set(wire.id, one);
      const bundle = bundles.get(one.kind);
      if (bundle) bundle.push(one);
      else bundles.set(one.kind, [one]);
    }
    laid = now;
    const next = new Map<string, Thread & { parts: string[] }>();
    for (const [kind, bundle] of bundles) {
      for (let n = 0; n < bundle.length; n += WIRES_MAX) {
        const parts = bundle.slice(n, n + WIRES_MAX).map((it) => it.path);
        const key = `${kind} ${n}`;
        const before = sewn.get(key);
        const isSame = before?.parts.length === parts.length && before.parts.every((it, part) => it === parts[part]);
        const first = bundle[n]?.wire;
        if (isSame) next.set(key, before);
        else if (first) next.set(key, { key, look: looks(first), isRunning: first.data?.isRunning ?? false, path: parts.join(" "), parts });
      }
    }
    sewn = next;
    return [...next.values()];
  };
}

const looks = (wire: DrawnWire) => lookOf(wire.data ?? PLAIN, wire.selected ?? false);

/** Wires of one kind look the same. */
function kindOf(wire: DrawnWire): string {
  const { stroke, width, dashes } = looks(wire);
  return `${stroke} ${width} ${dashes ?? ""} ${wire.data?.isRunning ?? false}`;
}

/** The path of a wire between its nodes, and where on it something about it stands. */
export function wayFrom(wire: DrawnWire, from: Drawn, to: Drawn): ReturnType<typeof wayOf> {
  const [sourceX, sourceY] = endOf(from, "source", wire.sourceHandle);
  const [targetX, targetY] = endOf(to, "target", wire.targetHandle);
  return wayOf({ sourceX, sourceY, targetX, targetY });
}

/** The outer edge of the port, where the canvas too begins a wire. */
function endOf(node: Drawn, type: "source" | "target", id: string | null | undefined): [number, number] {
  const port = node.handles?.find((it) => it.type === type && it.id === id);
  const [x, y] = [node.position.x + (port?.x ?? 0), node.position.y + (port?.y ?? 0)];
  return [x + (type === "source" ? (port?.width ?? 0) : 0), y + (port?.height ?? 0) / 2];
}
