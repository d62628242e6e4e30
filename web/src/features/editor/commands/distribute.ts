// Leaves the same gap between each two of what is chosen; the outermost stay where they are.
import type { Change } from "../model/document";
import { boxesOf } from "../model/places";
import { move } from "./move";

export const distribute = (keys: ReadonlySet<string>, direction: "across" | "down"): Change => (doc) => {
  const axis = direction === "across" ? 0 : 1;
  const boxes = boxesOf(doc, keys).sort((a, b) => a.at[axis] - b.at[axis]);
  const [first, last] = [boxes[0], boxes.at(-1)];
  if (boxes.length < 3 || !first || !last) return doc;
  const inner = boxes.reduce((sum, it) => sum + it.size[axis], 0);
  const gap = (last.at[axis] + last.size[axis] - first.at[axis] - inner) / (boxes.length - 1);
  const places = new Map<string, [number, number]>();
  let next = first.at[axis];
  for (const it of boxes) {
    const at = Math.round(next);
    places.set(it.key, axis === 0 ? [at, it.at[1]] : [it.at[0], at]);
    next += it.size[axis] + gap;
  }
  return move(places)(doc);
};
