// Places for nodes that have none, and a tidy order on demand: columns along the wires.
import type { Connection, Node } from "~/api/types";

const COLUMN = 240;
const ROW = 120;
const GRID = 20;

export const snap = (value: number) => Math.round(value / GRID) * GRID;

/** A place for each node by name: left to right along the wires, branches beneath one another. */
export function layout(nodes: readonly Node[], connections: readonly Connection[]): Map<string, [number, number]> {
  const column = columns(nodes, connections);
  const rows = new Map<number, number>();
  const res = new Map<string, [number, number]>();
  const place = (name: string, least: number) => {
    if (res.has(name)) return;
    const at = column.get(name) ?? 0;
    const row = Math.max(rows.get(at) ?? 0, least);
    rows.set(at, row + 1);
    res.set(name, [at * COLUMN, row * ROW]);
    const next = connections.filter((it) => it.from === name).sort((a, b) => (a.output ?? 0) - (b.output ?? 0));
    next.forEach((it, n) => place(it.to, row + n));
  };
  const isWired = new Set(connections.map((it) => it.to));
  for (const it of nodes) {
    if (!isWired.has(it.name)) place(it.name, Math.max(0, ...rows.values()));
  }
  for (const it of nodes) place(it.name, Math.max(0, ...rows.values()));
  return res;
}

/** The longest way to each node; a wire back into what came before does not count. */
function columns(nodes: readonly Node[], connections: readonly Connection[]): Map<string, number> {
  const res = new Map<string, number>(nodes.map((it) => [it.name, 0]));
  const out = new Map<string, string[]>();
  for (const it of connections) out.set(it.from, [...(out.get(it.from) ?? []), it.to]);
  const state = new Map<string, "open" | "done">();
  const order: string[] = [];
  for (const start of nodes) {
    // Without recursion: a chain may be as long as the document.
    const stack: { name: string; next: number }[] = [{ name: start.name, next: 0 }];
    while (stack.length) {
      const top = stack[stack.length - 1];
      if (!top) break;
      if (state.get(top.name) === "done") {
        stack.pop();
        continue;
      }
      state.set(top.name, "open");
      const to = out.get(top.name)?.[top.next];
      top.next += 1;
      if (to === undefined) {
        state.set(top.name, "done");
        order.push(top.name);
        stack.pop();
      } else if (!state.has(to)) stack.push({ name: to, next: 0 });
    }
  }
  const seen = new Set<string>();
  for (const name of order.reverse()) {
    seen.add(name);
    for (const to of out.get(name) ?? []) {
      if (!seen.has(to)) res.set(to, Math.max(res.get(to) ?? 0, (res.get(name) ?? 0) + 1));
    }
  }
  return res;
}
