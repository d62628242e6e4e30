// Takes nodes with their wires, and notes, from one document to another, or beside themselves.
import type { Workflow } from "~/api/types";
import { noteKey } from "~/features/graph/notes";
import { freeName, nodesOf, wiresOf, type Change, type Doc } from "../model/document";
import { notesOf } from "../model/notes";
import { nextNoteId } from "./addNote";

const ASIDE = 40;

export type Part = Pick<Workflow, "nodes" | "connections" | "stickyNotes">;

/** Nodes go by their names, notes by `noteKey`. */
export const copied = (doc: Doc, keys: ReadonlySet<string>): Part => ({
  nodes: nodesOf(doc).filter((it) => keys.has(it.name)),
  connections: wiresOf(doc).filter((it) => keys.has(it.from) && keys.has(it.to)),
  stickyNotes: notesOf(doc).filter((it, n) => keys.has(noteKey(it, n))),
});

/** The same part, with its first corner where `paste` then puts it at this place. */
export function moved(part: Part, [left, top]: [number, number]): Part {
  const places = [...(part.nodes ?? []), ...(part.stickyNotes ?? [])].map(({ position: [x = 0, y = 0] = [] }) => [x, y] as const);
  const [dx, dy] = [left - ASIDE - Math.min(...places.map(([x]) => x)), top - ASIDE - Math.min(...places.map(([, y]) => y))];
  const place = ([x = 0, y = 0]: number[] = []): [number, number] => [x + dx, y + dy];
  return {
    ...part,
    nodes: part.nodes?.map((it) => ({ ...it, position: place(it.position) })),
    stickyNotes: part.stickyNotes?.map((it) => ({ ...it, position: place(it.position) })),
  };
}

/** `newId` gives the id of each copy. */
export const paste = (part: Part, newId: () => string): Change => (doc) => {
  const place = ([x = 0, y = 0]: number[] = []): [number, number] => [x + ASIDE, y + ASIDE];
  let res = doc;
  const names = new Map<string, string>();
  for (const it of part.nodes ?? []) {
    const name = freeName(res, it.name);
    names.set(it.name, name);
    res = { ...res, nodes: [...nodesOf(res), { ...it, id: newId(), name, position: place(it.position) }] };
  }
  for (const it of part.stickyNotes ?? []) res = { ...res, stickyNotes: [...notesOf(res), { ...it, id: nextNoteId(res), position: place(it.position) }] };
  const wires = (part.connections ?? []).flatMap((it) => {
    const [from, to] = [names.get(it.from), names.get(it.to)];
    return from && to ? [{ ...it, from, to }] : [];
  });
  return { ...res, connections: [...wiresOf(res), ...wires] };
};
