// What a node can see: the nodes before it, and the item that comes in first.
import type { ExecutionDetail, Item } from "~/api/types";
import { wiresOf, type Doc } from "./document";

/** All that leads to a node, the nearest first. */
export function nodesBefore(doc: Doc, name: string): string[] {
  const into = new Map<string, string[]>();
  for (const it of wiresOf(doc)) into.set(it.to, [...(into.get(it.to) ?? []), it.from]);
  const found = new Set<string>();
  const left = [...(into.get(name) ?? [])];
  for (const it of left) {
    if (found.has(it)) continue;
    found.add(it);
    left.push(...(into.get(it) ?? []));
  }
  return [...found].filter((it) => it !== name);
}

type Steps = Pick<ExecutionDetail, "steps"> | undefined;

/** What a node gave at an output: pinned items stand for the first one, whatever was recorded. */
export function gaveAt(doc: Doc, record: Steps, name: string, output = 0): Item[] | undefined {
  const pinned = output === 0 ? doc.pinnedData?.[name] : undefined;
  return pinned ?? record?.steps.items.filter((it) => it.node === name).at(-1)?.outputs[output]?.items;
}

/** The first item of the first wire that brings any. */
export function firstItem(doc: Doc, record: Steps, name: string): Item | undefined {
  for (const it of wiresOf(doc)) {
    const [first] = it.to === name ? (gaveAt(doc, record, it.from, it.output ?? 0) ?? []) : [];
    if (first) return first;
  }
  return undefined;
}
