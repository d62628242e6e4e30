// What is drawn of a document. What has not changed is the same object as before, so that only what did is drawn anew.
import { Position, type Edge, type Node as FlowNode, type NodeHandle } from "@xyflow/react";
import { useMemo, useState } from "react";
import type { Connection, Node, Workflow } from "~/api/types";
import type { DrawnGroup } from "./group";
import { frameAround, groupColor, groupKey } from "./groups";
import { layout } from "./layout";
import type { Mark } from "./mark";
import { heightOf, indexIn, WIDTH, type DrawnNode } from "./node";
import type { DrawnNote } from "./note";
import { NOTE_SIZE, noteColor, noteKey } from "./notes";
import { allPorts, type NodePorts, type NodeTypes, type PortTable } from "./ports";
import type { RunStates } from "./states";
import type { DrawnWire } from "./wire";
import { handleId, kindOf, wireId } from "./wires";

export type Drawn = DrawnNode | DrawnNote | DrawnGroup;

export interface Marks {
  nodes: ReadonlyMap<string, Mark>;
  wires: ReadonlyMap<string, Mark>;
}

/** What can be done with a note or a wire from within it. */
interface Tools {
  onSizeNote: (key: string, position: [number, number], size: [number, number]) => void;
  onInsert: (wire: string) => void;
  onCut: (wire: string) => void;
}

export interface Drawing {
  types: NodeTypes;
  ports: PortTable;
  states?: RunStates;
  troubles?: ReadonlyMap<string, string>;
  selected: ReadonlySet<string>;
  selectedWire?: string;
  actions?: Tools;
  marks?: Marks;
  offWord: string;
  isPicture: boolean;
}

/** The nodes, notes and frames of a document, and its wires. */
export function useDrawing(doc: Workflow, { types, ports: table, states, troubles, selected, selectedWire, actions, marks, offWord, isPicture }: Drawing): [Drawn[], DrawnWire[]] {
  const [nodeKeeper] = useState(() => keeper<Drawn>());
  const [wireKeeper] = useState(() => keeper<DrawnWire>());
  const { nodes, connections } = doc;
  const ports = useMemo(() => allPorts(nodes ?? [], connections ?? [], table, types), [nodes, connections, table, types]);
  const drawn = useMemo(
    () => nodeKeeper([...notes(doc, selected, actions?.onSizeNote), ...framesAndNodes(doc, ports, { types, states, troubles, selected, marks, offWord, isPicture })]),
    [nodeKeeper, doc, ports, types, states, troubles, selected, marks, offWord, isPicture, actions?.onSizeNote],
  );
  const { onInsert, onCut } = actions ?? {};
  const wires = useMemo(
    () => wireKeeper(drawWires(nodes ?? [], connections ?? [], { states, selectedWire, marks, onInsert, onCut })),
    [wireKeeper, nodes, connections, states, selectedWire, marks, onInsert, onCut],
  );
  return [drawn, wires];
}

/** Gives what was given before in place of what is equal to it. */
export function keeper<Part extends FlowNode | Edge>(): (next: Part[]) => Part[] {
  let before = new Map<string, Part>();
  return (next) => {
    const res = next.map((it) => {
      const kept = before.get(it.id);
      return kept && isSame(kept, it) ? kept : it;
    });
    before = new Map(res.map((it) => [it.id, it]));
    return res;
  };
}

/** Plain data as it is drawn: small, and without circles. Functions and what a run says are the same or they are not. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other || Array.isArray(one) !== Array.isArray(other)) return false;
  const [mine, theirs] = [Object.entries(one), other as Record<string, unknown>];
  return mine.length === Object.keys(other).length && mine.every(([key, value]) => key in theirs && isSame(value, theirs[key]));
}

function notes(doc: Workflow, selected: ReadonlySet<string>, onSize: Tools["onSizeNote"] | undefined): Drawn[] {
  return (doc.stickyNotes ?? []).map((it, n) => {
    const id = noteKey(it, n);
    const [x = 0, y = 0] = it.position ?? [];
    const [width, height] = it.size?.length ? it.size : NOTE_SIZE;
    const data = { content: it.content, color: noteColor(it.color), isCurrent: selected.has(id), onSize };
    return { id, type: "note", position: { x, y }, width, height, zIndex: -1, selected: selected.has(id), data };
  });
}

const NO_PORTS: NodePorts = { inputs: [], outputs: [] };
type Look = Pick<Drawing, "types" | "states" | "troubles" | "selected" | "marks" | "offWord" | "isPicture">;

function framesAndNodes(doc: Workflow, ports: PortTable, { types, states, troubles, selected, marks, offWord, isPicture }: Look): Drawn[] {
  const nodes = doc.nodes ?? [];
  // Files without places are drawn all the same.
  const places = nodes.some((it) => !it.position) ? layout(nodes, doc.connections ?? []) : undefined;
  const placeOf = (it: Node) => it.position ?? places?.get(it.name) ?? [];
  const portsOf = (it: Node) => ports.get(it.name) ?? NO_PORTS;
  const res: Drawn[] = [];
  (doc.groups ?? []).forEach((it, n) => {
    const inside = new Set(it.nodes);
    const members = nodes.filter((one) => one.id && inside.has(one.id));
    const frame = frameAround(members.map((one) => {
      const [x = 0, y = 0] = placeOf(one);
      return { x, y, width: WIDTH, height: heightOf(portsOf(one)) };
    }));
    if (!frame) return;
    const id = groupKey(it, n);
    const data = { name: it.name, color: groupColor(it), isCurrent: selected.has(id), isPicture, members: members.map((one) => one.name) };
    res.push({ id, type: "frame", position: { x: frame.x, y: frame.y }, width: frame.width, height: frame.height, zIndex: -2, selected: selected.has(id), data });
  });
  for (const it of nodes) {
    const [x = 0, y = 0] = placeOf(it);
    const row = types.get(it.type);
    const own = portsOf(it);
    res.push({
      id: it.name,
      type: "node",
      position: { x, y },
      // Size and ports are known, so that what is out of view need not be drawn to be measured.
      measured: { width: WIDTH, height: heightOf(own) },
      handles: handlesOf(own),
      selected: selected.has(it.name),
      data: {
        name: it.name,
        type: it.type,
        icon: row?.icon,
        isTrigger: row?.trigger ?? false,
        isDisabled: it.disabled ?? false,
        isPinned: doc.pinnedData?.[it.name] !== undefined,
        isCurrent: selected.has(it.name),
        ports: own,
        run: states?.get(it.name),
        trouble: it.disabled ? undefined : troubles?.get(it.name),
        mark: marks?.nodes.get(it.name),
        isPicture,
        offWord,
      },
    });
  }
  return res;
}

const BORDER = 1;
const IN = { width: 6, height: 16 };
const OUT = { width: 10, height: 10 };

/** Where the node draws its ports: on the inner edge of its border, evenly from top to bottom. */
function handlesOf(ports: NodePorts): NodeHandle[] {
  const room = heightOf(ports) - 2 * BORDER;
  const middle = (n: number, of: number) => BORDER + ((n + 0.5) / of) * room;
  return [
    ...ports.inputs.map((it, n, all): NodeHandle => ({ ...IN, id: handleId(it.kind, indexIn(all, n)), type: "target", position: Position.Left, x: BORDER - IN.width / 2, y: middle(n, all.length) - IN.height / 2 })),
    ...ports.outputs.map((it, n, all): NodeHandle => ({ ...OUT, id: handleId(it.kind, indexIn(all, n)), type: "source", position: Position.Right, x: WIDTH - BORDER - OUT.width / 2, y: middle(n, all.length) - OUT.height / 2 })),
  ];
}

function drawWires(nodes: Node[], connections: Connection[], { states, selectedWire, marks, onInsert, onCut }: Pick<Drawing, "states" | "selectedWire" | "marks"> & Partial<Tools>): DrawnWire[] {
  const off = new Set(nodes.filter((it) => it.disabled).map((it) => it.name));
  return connections.map((it) => {
    const id = wireId(it);
    const from = states?.get(it.from);
    return {
      id,
      type: "wire",
      source: it.from,
      target: it.to,
      sourceHandle: handleId(kindOf(it), it.output ?? 0),
      targetHandle: handleId(kindOf(it), it.input ?? 0),
      selected: id === selectedWire,
      data: {
        nItems: from?.nItems[it.output ?? 0],
        isRunning: states?.get(it.to)?.state === "running",
        isOff: off.has(it.from) || off.has(it.to),
        mark: marks?.wires.get(id),
        onInsert,
        onCut,
      },
    };
  });
}
