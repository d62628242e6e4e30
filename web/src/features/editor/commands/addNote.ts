// Lays a note on the canvas.
import type { StickyNote } from "~/api/types";
import { NOTE_SIZE } from "~/features/graph/notes";
import { notesOf } from "../model/notes";
import type { Change, Doc } from "../model/document";

/** The id that the next note gets. */
export function nextNoteId(doc: Doc): string {
  const taken = new Set(notesOf(doc).map((it) => it.id));
  for (let n = taken.size + 1; ; n += 1) if (!taken.has(`note-${n}`)) return `note-${n}`;
}

export const addNote = (note: Partial<StickyNote>): Change => (doc) => ({
  ...doc,
  stickyNotes: [...notesOf(doc), { content: "", size: NOTE_SIZE, position: [0, 0], ...note, id: nextNoteId(doc) }],
});
