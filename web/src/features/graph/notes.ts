// What notes are called beside nodes, how large they are and which colours they have.
import type { StickyNote } from "~/api/types";

const NOTE = "note:";
export const NOTE_SIZE: [number, number] = [240, 120];
export const NOTE_LEAST: [number, number] = [120, 40];

/** What a selection calls the note at this place of the list. */
export const noteKey = (note: StickyNote, index: number) => `${NOTE}${note.id || index}`;
export const isNoteKey = (key: string) => key.startsWith(NOTE);

/** The colours that a note may have; none is the plain one. */
export const NOTE_COLORS = ["yellow", "green", "blue", "purple", "red"] as const;
export type NoteColor = (typeof NOTE_COLORS)[number];
/** The numbers of n8n's colours. */
const NUMBERED: Record<string, NoteColor | undefined> = { "1": "yellow", "2": "yellow", "3": "red", "4": "green", "5": "blue", "6": "purple" };

export const noteColor = (text: string | null | undefined): NoteColor | undefined => NOTE_COLORS.find((it) => it === text) ?? NUMBERED[text ?? ""];
