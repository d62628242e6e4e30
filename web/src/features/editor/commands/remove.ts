// Removes nodes with their wires and pinned items, notes, and the frames of groups. What a single node stood between is joined again.
import type { Connection } from "~/api/types";
import { nodesOf, wiresOf, type Change } from "../model/document";
import { noteKey } from "~/features/graph/notes";
import { groupKey } from "~/features/graph/groups";
import { groupsOf, withoutEmpty } from "../model/groups";
import { notesOf } from "../model/notes";

export const remove = (names: ReadonlySet<string>): Change => (doc) => {
  const notes = notesOf(doc).filter((it, n) => !names.has(noteKey(it, n)));
  const groups = groupsOf(doc).filter((it, n) => !names.has(groupKey(it, n)));
  if (groups.length < groupsOf(doc).length) doc = { ...doc, groups };
  const gone = nodesOf(doc).filter((it) => names.has(it.name));
  if (notes.length < notesOf(doc).length) doc = { ...doc, stickyNotes: notes };
  if (!gone.length) return doc;
  const kept = wiresOf(doc).filter((it) => !names.has(it.from) && !names.has(it.to));
  const into = wiresOf(doc).filter((it) => names.has(it.to) && !names.has(it.from));
  const out = wiresOf(doc).filter((it) => names.has(it.from) && !names.has(it.to));
  const [before, after] = [into[0], out[0]];
  const joins = gone.length === 1 && into.length === 1 && out.length === 1 && before && after;
  const joined: Connection[] = joins ? [{ ...before, to: after.to, ...(after.input ? { input: after.input } : {}) }] : [];
  const ids = new Set(gone.map((it) => it.id));
  const left = groups.map((it) => ({ ...it, nodes: it.nodes?.filter((id) => !ids.has(id)) }));
  const pinnedData = Object.fromEntries(Object.entries(doc.pinnedData ?? {}).filter(([name]) => !names.has(name)));
  return { ...doc, ...(doc.groups && { groups: withoutEmpty(left) }), pinnedData, nodes: nodesOf(doc).filter((it) => !names.has(it.name)), connections: [...kept, ...joined] };
};
