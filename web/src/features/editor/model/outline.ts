// The nodes of a document one below the other, in the order of the flow: branches are indented, and what they lead to
// together stands beneath them again.
import type { Connection, Node } from "~/api/types";
import { nodesOf, wiresOf, type Doc } from "./document";

export interface Row {
  node: Node;
  /** How many branches it is in. */
  depth: number;
  /** The wire by which its branch begins; what is plugged into the node above comes by such a wire too. */
  by?: Connection;
  /** Where it goes on, if that is not the next row. */
  next: string[];
}

/** A branch: where it forks, and by which of the wires there. */
type Way = readonly string[];

const isMain = (it: Connection) => (it.kind ?? "main") === "main";
const height = (it: Node | undefined) => it?.position?.[1] ?? 0;

export function outlineOf(doc: Doc): Row[] {
  const nodes = nodesOf(doc);
  const known = new Map(nodes.map((it) => [it.name, it]));
  const wires = wiresOf(doc).filter((it) => known.has(it.from) && known.has(it.to));
  const out = grouped(wires.filter(isMain), (it) => it.from);
  for (const it of out.values()) it.sort((a, b) => (a.output ?? 0) - (b.output ?? 0) || height(known.get(a.to)) - height(known.get(b.to)));
  const plugged = grouped(wires.filter((it) => !isMain(it)), (it) => it.to);
  const suppliers = new Set(wires.filter((it) => !isMain(it)).map((it) => it.from));
  const isEntered = new Set(wires.filter(isMain).map((it) => it.to));
  const starts = nodes.filter((it) => !isEntered.has(it.name) && !suppliers.has(it.name)).sort((a, b) => height(a) - height(b));
  const back = backOf([...starts, ...nodes].map((it) => it.name), out);
  const missing = new Map<string, number>();
  for (const it of wires) if (isMain(it) && !back.has(it)) missing.set(it.to, (missing.get(it.to) ?? 0) + 1);

  const rows: Row[] = [];
  const listed = new Set<string>();
  const ways = new Map<string, Way>();
  const list = (start: string) => {
    const stack: { name: string; by?: Connection }[] = [{ name: start }];
    for (let top = stack.pop(); top; top = stack.pop()) {
      const node = known.get(top.name);
      if (!node || listed.has(top.name)) continue;
      listed.add(top.name);
      const way = ways.get(top.name) ?? [];
      rows.push({ node, depth: way.length, by: way.length && top.by && forks(out, top.by) ? top.by : undefined, next: [] });
      plug(top.name, way.length + 1);
      const ahead = (out.get(top.name) ?? []).filter((it) => !back.has(it));
      const ready = ahead.filter((it) => {
        const own = forks(out, it) ? [...way, `${top.name}\n${String(ahead.indexOf(it))}`] : way;
        const before = ways.get(it.to);
        ways.set(it.to, before ? shared(before, own) : own);
        const left = (missing.get(it.to) ?? 1) - 1;
        missing.set(it.to, left);
        return left === 0;
      });
      for (const it of ready.reverse()) stack.push({ name: it.to, by: it });
    }
  };
  const plug = (name: string, depth: number) => {
    // What is plugged in may have something plugged in itself.
    const stack = [...(plugged.get(name) ?? [])].reverse().map((by) => ({ by, depth }));
    for (let top = stack.pop(); top; top = stack.pop()) {
      const node = known.get(top.by.from);
      if (!node || listed.has(node.name)) continue;
      listed.add(node.name);
      rows.push({ node, depth: top.depth, by: top.by, next: [] });
      for (const by of [...(plugged.get(node.name) ?? [])].reverse()) stack.push({ by, depth: top.depth + 1 });
    }
  };
  for (const it of starts) list(it.name);
  for (const it of nodes) if (!listed.has(it.name) && !suppliers.has(it.name)) list(it.name);
  for (const it of nodes) if (!listed.has(it.name)) list(it.name);
  return leading(rows, out, suppliers);
}

/** Says where a row goes on, where one could not see it. */
function leading(rows: Row[], out: Map<string, Connection[]>, suppliers: ReadonlySet<string>): Row[] {
  const steps = rows.filter((it) => !suppliers.has(it.node.name));
  const after = new Map(steps.map((it, n) => [it.node.name, steps[n + 1]]));
  return rows.map((row) => {
    const wires = out.get(row.node.name) ?? [];
    const follower = after.get(row.node.name);
    // A branch that begins beneath says itself where it comes from.
    const begun = new Set(steps.filter((it) => it.by?.from === row.node.name).map((it) => it.node.name));
    const isNext = (name: string) => follower?.node.name === name && !follower.by && follower.depth === row.depth;
    return { ...row, next: [...new Set(wires.map((it) => it.to))].filter((it) => !begun.has(it) && !isNext(it)) };
  });
}

const forks = (out: Map<string, Connection[]>, wire: Connection) => (out.get(wire.from) ?? []).length > 1;

/** What two ways begin with together. */
function shared(one: Way, other: Way): Way {
  let n = 0;
  while (n < one.length && one[n] === other[n]) n += 1;
  return one.slice(0, n);
}

function grouped(wires: Connection[], key: (it: Connection) => string): Map<string, Connection[]> {
  const res = new Map<string, Connection[]>();
  for (const it of wires) {
    const own = res.get(key(it));
    if (own) own.push(it);
    else res.set(key(it), [it]);
  }
  return res;
}

/** Wires that lead back to what is on the way to them. Without recursion: a chain may be as long as the document. */
function backOf(starts: string[], out: Map<string, Connection[]>): Set<Connection> {
  const res = new Set<Connection>();
  const state = new Map<string, "open" | "done">();
  for (const start of starts) {
    if (state.has(start)) continue;
    state.set(start, "open");
    const stack = [{ name: start, next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const wire = out.get(top.name)?.[top.next];
      top.next += 1;
      if (!wire) {
        state.set(top.name, "done");
        stack.pop();
      } else if (state.get(wire.to) === "open") res.add(wire);
      else if (!state.has(wire.to)) {
        state.set(wire.to, "open");
        stack.push({ name: wire.to, next: 0 });
      }
    }
  }
  return res;
}
