// Changes what a note says, its colour or its size.
import type { StickyNote } from "~/api/types";
import { NOTE_LEAST, noteKey } from "~/features/graph/notes";
import { notesOf } from "../model/notes";
import type { Change } from "../model/document";

export const changeNote = (key: string, fields: Partial<Omit<StickyNote, "id">>): Change => (doc) => {
  const [width, height] = fields.size ?? [];
  const size = width === undefined || height === undefined ? undefined : [Math.max(width, NOTE_LEAST[0]), Math.max(height, NOTE_LEAST[1])];
  return { ...doc, stickyNotes: notesOf(doc).map((it, n) => (noteKey(it, n) === key ? { ...it, ...fields, ...(size && { size }) } : it)) };
};
