// Which node a fault of a document is about: its path begins with the node's name, which may have dots in it.
import type { Workflow } from "~/api/types";

/** The longest name that fits; nothing when the fault is about no node. */
export function nodeOfFault(doc: Workflow, path: string): string | undefined {
  if (!path.startsWith("nodes.")) return undefined;
  const rest = path.slice("nodes.".length);
  const fits = (doc.nodes ?? []).map((it) => it.name).filter((it) => rest === it || rest.startsWith(`${it}.`));
  return fits.sort((a, b) => b.length - a.length)[0];
}
