// What two people made of one document, brought together: node by node and field by field.
import type { Connection } from "~/api/types";
import type { Doc, History } from "./document";

type Fields = Record<string, unknown>;

export interface Merged {
  doc: Doc;
  /** The nodes that the other person added, changed or removed. */
  theirs: string[];
  /** What both changed in different ways; the document has mine. */
  clashes: string[];
}

export function merge(base: Doc, mine: Doc, theirs: Doc): Merged {
  if (base === mine) return { doc: theirs, theirs: changedNodes(base, theirs), clashes: [] };
  const clashes: string[] = [];
  const { nodes: _, connections: __, stickyNotes: ___, pinnedData: ____, groups: _____, ...rest } = fieldsOf(base, mine, theirs, clashes, "");
  const nodes = entries(byName(base), byName(mine), byName(theirs), clashes);
  const names = new Set(nodes.map((it) => it.name));
  const notes = (doc: Doc) => new Map((doc.stickyNotes ?? []).map((it, n) => [it.id || String(n), it]));
  const stickyNotes = entries(notes(base), notes(mine), notes(theirs), clashes);
  const frames = (doc: Doc) => new Map((doc.groups ?? []).map((it, n) => [it.id || String(n), it]));
  const groups = entries(frames(base), frames(mine), frames(theirs), clashes);
  const pins = (doc: Doc) => new Map(Object.entries(doc.pinnedData ?? {}).map(([name, items]) => [name, { name, items }]));
  const pinned = entries(pins(base), pins(mine), pins(theirs), clashes).filter((it) => names.has(it.name));
  const doc: Doc = {
    ...(rest as unknown as Doc),
    nodes,
    connections: wires(base, mine, theirs).filter((it) => names.has(it.from) && names.has(it.to)),
    ...(stickyNotes.length || mine.stickyNotes ? { stickyNotes } : {}),
    ...(groups.length || mine.groups ? { groups } : {}),
    ...(pinned.length || mine.pinnedData ? { pinnedData: Object.fromEntries(pinned.map((it) => [it.name, it.items])) } : {}),
  };
  return { doc, theirs: changedNodes(base, theirs), clashes: [...new Set(clashes)] };
}

const byName = (doc: Doc) => new Map((doc.nodes ?? []).map((it) => [it.name, it]));

function changedNodes(base: Doc, theirs: Doc): string[] {
  const [was, is] = [byName(base), byName(theirs)];
  return [...new Set([...was.keys(), ...is.keys()])].filter((it) => !isAlike(was.get(it), is.get(it)));
}

/** The other person's changes below one's own: no step back takes them away. */
export function absorb(history: History, base: Doc, theirs: Doc): History {
  const over = (doc: Doc) => merge(base, doc, theirs).doc;
  return { ...history, present: over(history.present), past: history.past.map(over), future: history.future.map(over) };
}

/** In their order, then what only I have. Who changed something brings it back where the other removed it. */
function entries<T extends object>(base: Map<string, T>, mine: Map<string, T>, theirs: Map<string, T>, clashes: string[]): T[] {
  const res: T[] = [];
  for (const key of new Set([...theirs.keys(), ...mine.keys()])) {
    const [was, left, right] = [base.get(key), mine.get(key), theirs.get(key)];
    if (left && right) {
      res.push(same(left, right) ? left : (fieldsOf((was ?? {}) as Fields, left as Fields, right as Fields, clashes, key) as T));
      continue;
    }
    const only = left ?? right;
    if (!only || isAlike(was, only)) continue;
    if (was) clashes.push(key);
    res.push(only);
  }
  return res;
}

function fieldsOf(base: Fields, mine: Fields, theirs: Fields, clashes: string[], about: string, compare: Compare = isAlikeField): Fields {
  const res: Fields = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [was, left, right] = [base[key], mine[key], theirs[key]];
    const value = key === "parameters" && isFields(left) && isFields(right) ? fieldsOf(isFields(was) ? was : {}, left, right, clashes, about, same) : chosen(was, left, right, about, key, clashes, (a, b) => compare(a, b, key));
    if (value !== undefined) res[key] = value;
  }
  return res;
}

/** Parts that are merged on their own are no clash as a whole. */
const PARTS = new Set(["nodes", "connections", "stickyNotes", "pinnedData", "groups"]);

function chosen(was: unknown, mine: unknown, theirs: unknown, about: string, key: string, clashes: string[], alike: Compare): unknown {
  if (key === "id") return theirs ?? mine;
  if (alike(mine, was)) return theirs;
  // Who moved a node last is of no weight: the later hand wins without a question.
  if (!alike(theirs, was) && !alike(mine, theirs) && key !== "position" && !(about === "" && PARTS.has(key))) clashes.push(about || key);
  return mine;
}

function wires(base: Doc, mine: Doc, theirs: Doc): Connection[] {
  const of = (doc: Doc) => new Map((doc.connections ?? []).map((it) => [wireKey(it), it]));
  const [was, left, right] = [of(base), of(mine), of(theirs)];
  return [...new Map([...right, ...left])].filter(([key]) => (was.has(key) ? left.has(key) && right.has(key) : true)).map(([, it]) => it);
}

const wireKey = (it: Connection) => JSON.stringify([it.from, it.kind ?? "main", it.output ?? 0, it.to, it.input ?? 0]);
const isFields = (it: unknown): it is Fields => it !== null && typeof it === "object" && !Array.isArray(it);

type Compare = (a: unknown, b: unknown, key?: string) => boolean;

/** The server gives ids and writes out what is usual: neither is a change of a node or a note. */
function isAlike(a: object | undefined, b: object | undefined): boolean {
  if (!a || !b) return a === b;
  const [left, right] = [a as Fields, b as Fields];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => key === "id" || isAlikeField(left[key], right[key], key));
}

function isAlikeField(a: unknown, b: unknown, key?: string): boolean {
  if (key === "parameters") return same(a ?? {}, b ?? {});
  if (key === "version") return (a ?? 1) === (b ?? 1);
  return same(a, b) || (isNothing(a) && isNothing(b));
}

const isNothing = (it: unknown) => it === undefined || it === null || it === "" || it === false || (typeof it === "object" && Object.keys(it).length === 0);

/** Alike as values; what is not there is like what is nothing. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a ?? undefined) === (b ?? undefined)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((it, n) => same(it, b[n]));
  if (!isFields(a) || !isFields(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}
