// Where nodes and notes lie, and how much room they take: what aligning and distributing reckon with.
import { nodesOf, type Doc } from "./document";
import { NOTE_SIZE, noteKey } from "~/features/graph/notes";
import { notesOf } from "./notes";

export interface Box {
  key: string;
  /** Left, top. */
  at: [number, number];
  /** Width, height. */
  size: [number, number];
}

const ROW = 120;
const NODE_SIZE: [number, number] = [176, 56];

/** The boxes of what is chosen, as drawn; nodes are as tall as their ports need, which does not matter here. */
export function boxesOf(doc: Doc, keys: ReadonlySet<string>): Box[] {
  const nodes = nodesOf(doc).map((it): Box => ({ key: it.name, at: pair(it.position, [0, 0]), size: NODE_SIZE }));
  const notes = notesOf(doc).map((it, n): Box => ({ key: noteKey(it, n), at: pair(it.position, [0, 0]), size: pair(it.size, NOTE_SIZE) }));
  return [...nodes, ...notes].filter((it) => keys.has(it.key));
}

/** A free place under everything, for what is added where no place can be seen. */
export function beneath(doc: Doc): [number, number] {
  const places = [...nodesOf(doc), ...notesOf(doc)].map((it) => pair(it.position, [0, 0]));
  return places.length ? [Math.min(...places.map(([x]) => x)), Math.max(...places.map(([, y]) => y)) + ROW] : [0, 0];
}

const pair = (value: number[] | undefined, [a, b]: [number, number]): [number, number] => [value?.[0] ?? a, value?.[1] ?? b];
