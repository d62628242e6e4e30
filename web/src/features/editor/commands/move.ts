// Puts nodes and notes to other places.
import { nodesOf, type Change } from "../model/document";
import { noteKey } from "~/features/graph/notes";
import { notesOf } from "../model/notes";
import { boxesOf } from "../model/places";

export const move = (places: ReadonlyMap<string, [number, number]>): Change => (doc) => {
  if (!places.size) return doc;
  const nodes = nodesOf(doc).map((it) => ({ ...it, position: places.get(it.name) ?? it.position }));
  if (!doc.stickyNotes) return { ...doc, nodes };
  return { ...doc, nodes, stickyNotes: notesOf(doc).map((it, n) => ({ ...it, position: places.get(noteKey(it, n)) ?? it.position })) };
};

/** Moves what is chosen by a step. */
export const nudge = (keys: ReadonlySet<string>, [dx, dy]: [number, number]): Change => (doc) =>
  move(new Map(boxesOf(doc, keys).map(({ key, at: [x, y] }) => [key, [x + dx, y + dy]])))(doc);
