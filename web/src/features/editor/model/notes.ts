// The notes of a document.
import type { StickyNote } from "~/api/types";
import { noteKey } from "~/features/graph/notes";
import type { Doc } from "./document";

export const notesOf = (doc: Pick<Doc, "stickyNotes">): StickyNote[] => doc.stickyNotes ?? [];
export const noteOf = (doc: Doc, key: string) => notesOf(doc).find((it, n) => noteKey(it, n) === key);
