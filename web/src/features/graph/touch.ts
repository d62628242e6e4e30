// Which wire is touched where wires are drawn many in one shape.
import type { Drawn } from "./drawing";
import { wayFrom } from "./threads";
import type { DrawnWire } from "./wire";

/** How wide a wire is to who touches it, from the narrowest on: the nearest is the first that is hit. */
const WIDTHS_PX = [3, 6, 12];

export function wireAt(nodes: readonly Drawn[], wires: readonly DrawnWire[], [x, y]: [number, number], zoom: number): string | undefined {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return undefined;
  const places = new Map(nodes.map((it) => [it.id, it]));
  const paths = wires.flatMap((wire) => {
    const [from, to] = [places.get(wire.source), places.get(wire.target)];
    return from && to ? [{ id: wire.id, path: new Path2D(wayFrom(wire, from, to)[0]) }] : [];
  });
  for (const width of WIDTHS_PX) {
    pen.lineWidth = width / zoom;
    const hit = paths.findLast(({ path }) => pen.isPointInStroke(path, x, y));
    if (hit) return hit.id;
  }
  return undefined;
}
