// Groups: frames around nodes. Their places are those of their nodes.
import type { Schemas } from "~/api/types";
import { noteColor, type NoteColor } from "./notes";

export type Group = Schemas["Group"];

const GROUP = "group:";
/** Left, top, right, bottom: the name stands at the top. */
const ROOM = [20, 40, 20, 20] as const;

/** What a selection calls the group at this place of the list. */
export const groupKey = (group: Group, index: number) => `${GROUP}${group.id || index}`;
export const isGroupKey = (key: string) => key.startsWith(GROUP);

/** Stands among the further fields of a group. */
export const groupColor = (group: Group): NoteColor | undefined => {
  const { color } = group as { color?: unknown };
  return typeof color === "string" ? noteColor(color) : undefined;
};

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The frame around boxes; nothing around none. */
export function frameAround(boxes: readonly Rectangle[]): Rectangle | undefined {
  if (!boxes.length) return undefined;
  const [left, top, right, bottom] = ROOM;
  const x = Math.min(...boxes.map((it) => it.x)) - left;
  const y = Math.min(...boxes.map((it) => it.y)) - top;
  return { x, y, width: Math.max(...boxes.map((it) => it.x + it.width)) + right - x, height: Math.max(...boxes.map((it) => it.y + it.height)) + bottom - y };
}
