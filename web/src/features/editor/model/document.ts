// The document that is edited, and its past. Free of React and of the DOM.
import type { Node, Workflow } from "~/api/types";

export type Doc = Workflow;
/** A change of the document; commands make them. */
export type Change = (doc: Doc) => Doc;

export interface History {
  present: Doc;
  past: Doc[];
  future: Doc[];
  /** What the last change was about: typing in one field is one step back. */
  about?: string;
}

export const begin = (present: Doc): History => ({ present, past: [], future: [] });

export function perform(history: History, change: Change, about?: string): History {
  const present = change(history.present);
  if (present === history.present) return history;
  const goesOn = about !== undefined && about === history.about;
  return { present, past: goesOn ? history.past : [...history.past, history.present], future: [], about };
}

export function undo({ present, past, future }: History): History {
  const last = past.at(-1);
  return last ? { present: last, past: past.slice(0, -1), future: [present, ...future] } : { present, past, future };
}

export function redo({ present, past, future }: History): History {
  const [next, ...rest] = future;
  return next ? { present: next, past: [...past, present], future: rest } : { present, past, future };
}

export const nodesOf = (doc: Doc): Node[] => doc.nodes ?? [];
export const wiresOf = (doc: Doc) => doc.connections ?? [];
export const nodeOf = (doc: Doc, name: string) => nodesOf(doc).find((it) => it.name === name);

/** The name itself, or with the first number that is free. */
export function freeName(doc: Doc, wanted: string): string {
  const taken = new Set(nodesOf(doc).map((it) => it.name));
  if (!taken.has(wanted)) return wanted;
  const bare = wanted.replace(/ \d+$/, "");
  for (let n = 2; ; n += 1) if (!taken.has(`${bare} ${n}`)) return `${bare} ${n}`;
}
