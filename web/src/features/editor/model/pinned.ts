// Pinned items written by hand: their JSON is edited, their files stay with them.
import type { Item } from "~/api/types";

export const textOf = (items: readonly Item[]): string => JSON.stringify(items.map((it) => it.json), null, 2);

/** What was written, with the files that the item at the same place had; nothing when it is no list of objects. */
export function itemsFrom(text: string, before: readonly Item[]): Item[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((it) => it !== null && typeof it === "object" && !Array.isArray(it))) return undefined;
  return list.map((json, n) => {
    const { json: _, ...files } = before[n] ?? { json: {} };
    return { ...files, json } as Item;
  });
}
