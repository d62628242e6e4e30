// Brings what is chosen into one line.
import type { Change } from "../model/document";
import { boxesOf, type Box } from "../model/places";
import { move } from "./move";

export type Side = "left" | "center" | "right" | "top" | "middle" | "bottom";

const AXIS: Record<Side, 0 | 1> = { left: 0, center: 0, right: 0, top: 1, middle: 1, bottom: 1 };
/** Which part of a box stands on the line: its start, its middle or its end. */
const PART: Record<Side, number> = { left: 0, center: 0.5, right: 1, top: 0, middle: 0.5, bottom: 1 };

export const align = (keys: ReadonlySet<string>, side: Side): Change => (doc) => {
  const boxes = boxesOf(doc, keys);
  if (boxes.length < 2) return doc;
  const axis = AXIS[side];
  const least = Math.min(...boxes.map((it) => it.at[axis]));
  const most = Math.max(...boxes.map((it) => it.at[axis] + it.size[axis]));
  const line = least + (most - least) * PART[side];
  const place = (it: Box): [number, number] => {
    const at = Math.round(line - it.size[axis] * PART[side]);
    return axis === 0 ? [at, it.at[1]] : [it.at[0], at];
  };
  return move(new Map(boxes.map((it) => [it.key, place(it)])))(doc);
};
