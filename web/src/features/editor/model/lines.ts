// The outline line by line: the nodes in the order of the flow, and before the first node that they are about the notes
// and groups.
import type { StickyNote } from "~/api/types";
import { groupKey, type Group } from "~/features/graph/groups";
import { noteKey } from "~/features/graph/notes";
import type { Doc } from "./document";
import { groupsOf } from "./groups";
import { notesOf } from "./notes";
import { outlineOf, type Row } from "./outline";
import { boxesOf, type Box } from "./places";

export type Line = { key: string; depth: number } & ({ row: Row } | { note: StickyNote } | { group: Group; members: string[] });

export function linesOf(doc: Doc): Line[] {
  const rows = outlineOf(doc);
  const order = new Map(rows.map((it, n) => [it.node.name, n]));
  const before = new Map<number, Line[]>();
  /** A line of the first of these nodes; where there is none, at the end. */
  const put = (names: readonly string[], line: Line) => {
    const at = Math.min(rows.length, ...names.map((it) => order.get(it) ?? rows.length));
    before.set(at, [...(before.get(at) ?? []), { ...line, depth: rows[at]?.depth ?? 0 }]);
  };
  const names = new Map(rows.map((it) => [it.node.id, it.node.name]));
  groupsOf(doc).forEach((group, n) => {
    const members = (group.nodes ?? []).map((it) => names.get(it)).filter((it) => it !== undefined);
    members.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    put(members, { key: groupKey(group, n), depth: 0, group, members });
  });
  const boxes = boxesOf(doc, new Set([...order.keys(), ...notesOf(doc).map(noteKey)]));
  const places = new Map(boxes.map((it) => [it.key, it]));
  notesOf(doc).forEach((note, n) => {
    const own = places.get(noteKey(note, n));
    const over = own ? rows.filter((it) => isOn(own, places.get(it.node.name))).map((it) => it.node.name) : [];
    put(over, { key: noteKey(note, n), depth: 0, note });
  });
  return [...rows.flatMap((row, n): Line[] => [...(before.get(n) ?? []), { key: row.node.name, depth: row.depth, row }]), ...(before.get(rows.length) ?? [])];
}

/** Whether the middle of a box lies on another. */
function isOn(under: Box, it: Box | undefined): boolean {
  if (!it) return false;
  const [x, y] = [it.at[0] + it.size[0] / 2, it.at[1] + it.size[1] / 2];
  return x >= under.at[0] && x <= under.at[0] + under.size[0] && y >= under.at[1] && y <= under.at[1] + under.size[1];
}

/** The line to go to by a key: up and down the list, left to the one that it is under, right to the first one under it. */
export function neighbourOf(lines: readonly Pick<Line, "key" | "depth">[], current: string | undefined, key: string): string | undefined {
  const at = lines.findIndex((it) => it.key === current);
  const depth = lines[at]?.depth ?? 0;
  const above = lines.slice(0, Math.max(at, 0)).findLastIndex((it) => it.depth < depth);
  const under = (lines[at + 1]?.depth ?? 0) > depth ? at + 1 : -1;
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, Home: 0, End: lines.length - 1, ArrowLeft: above, ArrowRight: under };
  return lines[steps[key] ?? -1]?.key;
}
