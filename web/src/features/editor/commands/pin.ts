// Keeps items as a node's output, so that it does not run; or lets it run again.
import type { Item } from "~/api/types";
import type { Change } from "../model/document";

export const pin = (name: string, items: Item[] | undefined): Change => (doc) => {
  const rest = Object.fromEntries(Object.entries(doc.pinnedData ?? {}).filter(([it]) => it !== name));
  return { ...doc, pinnedData: items ? { ...rest, [name]: items } : rest };
};
