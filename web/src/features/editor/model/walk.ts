// From node to node by arrow keys: right and left along the wires, up and down between branches. From note to
// note by the page keys.
import { noteKey } from "~/features/graph/notes";
import { nodesOf, wiresOf, type Doc } from "./document";
import { notesOf } from "./notes";

export function neighbour(doc: Doc, current: string | undefined, key: string): string | undefined {
  const nodes = nodesOf(doc);
  const y = (name: string) => nodes.find((it) => it.name === name)?.position?.[1] ?? 0;
  if (key === "PageDown" || key === "PageUp") {
    const notes = notesOf(doc).map(noteKey);
    return notes.at((notes.indexOf(current ?? "") + (key === "PageDown" ? 1 : -1)) % notes.length);
  }
  const isArrow = key.startsWith("Arrow");
  if (key === "Home" || (isArrow && !current)) return nodes.find((it) => !wiresOf(doc).some((wire) => wire.to === it.name))?.name ?? nodes[0]?.name;
  if (key === "End") return nodes.at(-1)?.name;
  if (!current || !isArrow) return undefined;
  const out = wiresOf(doc).filter((it) => it.from === current).sort((a, b) => (a.output ?? 0) - (b.output ?? 0)).map((it) => it.to);
  const into = wiresOf(doc).filter((it) => it.to === current).map((it) => it.from);
  if (key === "ArrowRight") return out[0];
  if (key === "ArrowLeft") return into[0];
  const siblings = into.length ? wiresOf(doc).filter((it) => into.includes(it.from)).map((it) => it.to) : nodes.filter((it) => !wiresOf(doc).some((wire) => wire.to === it.name)).map((it) => it.name);
  const sorted = [...new Set(siblings)].sort((a, b) => y(a) - y(b));
  return sorted[sorted.indexOf(current) + (key === "ArrowDown" ? 1 : -1)];
}
