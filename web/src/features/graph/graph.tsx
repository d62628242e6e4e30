// The canvas: React Flow's state is made from the document, never the other way round.
import "@xyflow/react/dist/style.css";
import { applyNodeChanges, Background, BackgroundVariant, ReactFlow, ReactFlowProvider, useReactFlow, useStore, type Connection as FlowConnection, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useImperativeHandle, useMemo, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { Connection, Workflow } from "~/api/types";
import { GroupView, type DrawnGroup } from "./group";
import { frameAround, groupColor, groupKey } from "./groups";
import { layout, snap } from "./layout";
import type { Mark } from "./mark";
import { heightOf, NodeView, WIDTH, type DrawnNode } from "./node";
import { NoteView, type DrawnNote } from "./note";
import { NOTE_SIZE, noteColor, noteKey } from "./notes";
import { portsOf, type NodeTypes, type PortTable } from "./ports";
import type { RunStates } from "./states";
import { connection, handleId, kindOf, wireId } from "./wires";
import { WireView, type DrawnWire } from "./wire";

const NODE_VIEWS = { node: NodeView, note: NoteView, frame: GroupView };
type Drawn = DrawnNode | DrawnNote | DrawnGroup;
const WIRE_VIEWS = { wire: WireView };

export interface GraphActions {
  /** Nodes by name, notes by `noteKey`. */
  onMove: (places: Map<string, [number, number]>) => void;
  onSizeNote: (key: string, position: [number, number], size: [number, number]) => void;
  onConnect: (wire: Connection) => void;
  /** A wire was let go on the empty canvas. */
  onLoose: (from: string, handle: string, at: [number, number]) => void;
  onSelectWire: (id: string | undefined) => void;
  onInsert: (wire: string) => void;
  onCut: (wire: string) => void;
  onAdd: (at: [number, number]) => void;
}

export interface GraphHandle {
  fit: () => void;
  show: (name: string) => void;
  /** Brings a node into view if it is not, as after the space has become less. */
  reveal: (name: string) => void;
  zoom: (factor: number) => void;
  /** The middle of what is in view. */
  middle: () => [number, number];
}

interface Props {
  document: Workflow;
  types: NodeTypes;
  ports: PortTable;
  states?: RunStates;
  selected: ReadonlySet<string>;
  selectedWire?: string;
  onSelect: (names: ReadonlySet<string>) => void;
  onOpen?: (name: string) => void;
  actions?: GraphActions;
  /** What changed between two versions, by the names of nodes and the ids of wires. */
  marks?: Marks;
  /** Beside another graph: its nodes have no ids of their own on the page. */
  isPicture?: boolean;
  ref?: Ref<GraphHandle>;
}

export interface Marks {
  nodes: ReadonlyMap<string, Mark>;
  wires: ReadonlyMap<string, Mark>;
}

export function Graph(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ document: doc, types, ports, states, selected, selectedWire, onSelect, onOpen, actions, marks, isPicture = false, ref }: Props) {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const canvas = useStore((it) => it.domNode);
  const offWord = t("off");
  const drawn = useMemo(() => draw(doc, { types, ports, states, selected, offWord, actions, marks, isPicture }), [doc, types, ports, states, selected, offWord, actions, marks, isPicture]);
  const [nodes, setNodes] = useState(drawn);
  const [shown, setShown] = useState(drawn);
  // What is being dragged lives in this state; every change of the document replaces it.
  if (shown !== drawn) {
    setShown(drawn);
    setNodes(drawn);
  }
  const wires = useMemo(() => drawWires(doc, states, selectedWire, actions, marks), [doc, states, selectedWire, actions, marks]);
  useImperativeHandle(
    ref,
    () => ({
      fit: () => void flow.fitView({ padding: 0.15, maxZoom: 1.1, duration: 200 }),
      show: (name) => void flow.fitView({ nodes: [{ id: name }], maxZoom: Math.max(0.7, flow.getZoom()), duration: 200, padding: 0.3 }),
      reveal: (name) => {
        const [node, box] = [flow.getNode(name), canvas?.getBoundingClientRect()];
        if (!node || !box) return;
        const { x, y, zoom } = flow.getViewport();
        const [left, top] = [node.position.x * zoom + x, node.position.y * zoom + y];
        const [width, height] = [WIDTH * zoom, (node.measured?.height ?? 56) * zoom];
        if (left >= 0 && top >= 0 && left + width <= box.width && top + height <= box.height) return;
        void flow.setViewport({ zoom, x: x + box.width / 2 - left - width / 2, y: y + box.height / 2 - top - height / 2 }, { duration: 140 });
      },
      zoom: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 140 }),
      middle: () => {
        const box = canvas?.getBoundingClientRect();
        const at = flow.screenToFlowPosition({ x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 });
        return [snap(at.x - 88), snap(at.y - 28)];
      },
    }),
    [flow, canvas],
  );
  const isStill = !actions;
  useEffect(() => {
    if (!isStill || !canvas) return;
    // Nobody draws here: the whole graph stays in view when the space for it changes.
    const watch = new ResizeObserver(() => void flow.fitView({ padding: 0.15, maxZoom: 1 }));
    watch.observe(canvas);
    return () => watch.disconnect();
  }, [isStill, flow, canvas]);
  const onNodesChange = useCallback(
    (changes: NodeChange<Drawn>[]) => {
      setNodes((now) => applyNodeChanges(withMembers(changes.filter((it) => it.type !== "select" && it.type !== "remove"), now), now));
      const picked = changes.filter((it) => it.type === "select");
      if (!picked.length) return;
      const next = new Set(selected);
      for (const it of picked) {
        if (it.selected) next.add(it.id);
        else next.delete(it.id);
      }
      onSelect(next);
    },
    [selected, onSelect],
  );
  const onMoved = useCallback(
    (_: unknown, __: unknown, moved: (Drawn)[]) => {
      const places = new Map(moved.filter((it) => it.type !== "frame").map((it): [string, [number, number]] => [it.id, [snap(it.position.x), snap(it.position.y)]]));
      // A frame has no place of its own: where its nodes were taken is what counts.
      const members = new Set(moved.flatMap((it) => (it.type === "frame" ? it.data.members : [])));
      for (const it of nodes) if (members.has(it.id) && !places.has(it.id)) places.set(it.id, [snap(it.position.x), snap(it.position.y)]);
      actions?.onMove(places);
    },
    [actions, nodes],
  );
  const screenPlace = (event: MouseEvent | TouchEvent): [number, number] => {
    const at = "clientX" in event ? event : event.changedTouches[0];
    const place = flow.screenToFlowPosition({ x: at?.clientX ?? 0, y: at?.clientY ?? 0 });
    return [snap(place.x), snap(place.y - 28)];
  };
  return (
    <ReactFlow<Drawn, DrawnWire>
      nodes={nodes}
      edges={wires}
      nodeTypes={NODE_VIEWS}
      edgeTypes={WIRE_VIEWS}
      onNodesChange={onNodesChange}
      onNodeDragStop={onMoved}
      onSelectionDragStop={(event, moved) => onMoved(event, undefined, moved)}
      onNodeDoubleClick={(_, it) => onOpen?.(it.id)}
      onNodeClick={(_, it) => !actions && onOpen?.(it.id)}
      onEdgeClick={(_, it) => actions?.onSelectWire(it.id)}
      onPaneClick={(event) => (event.detail === 2 ? actions?.onAdd(screenPlace(event.nativeEvent)) : actions?.onSelectWire(undefined))}
      onConnect={(it: FlowConnection) => actions?.onConnect(connection(it.source, it.sourceHandle, it.target, it.targetHandle))}
      onConnectEnd={(event, it) => {
        if (!it.isValid && !it.toNode && it.fromNode && it.fromHandle?.type === "source") {
          actions?.onLoose(it.fromNode.id, it.fromHandle.id ?? "main:0", screenPlace(event));
        }
      }}
      isValidConnection={(it) => it.sourceHandle?.split(":")[0] === it.targetHandle?.split(":")[0]}
      nodesDraggable={Boolean(actions)}
      nodesConnectable={Boolean(actions)}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={["Meta", "Control", "Shift"]}
      elevateNodesOnSelect={false}
      zoomOnDoubleClick={false}
      panOnScroll
      onlyRenderVisibleElements
      snapToGrid
      snapGrid={[20, 20]}
      minZoom={0.1}
      maxZoom={2}
      fitView
      fitViewOptions={{ padding: 0.15, maxZoom: 1 }}
      proOptions={{ hideAttribution: true }}
      className="bg-canvas!"
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--grid)" />
    </ReactFlow>
  );
}

/** A frame takes its nodes along, but for those that are moved themselves. */
function withMembers(changes: NodeChange<Drawn>[], now: Drawn[]): NodeChange<Drawn>[] {
  const moved = new Set(changes.flatMap((it) => (it.type === "position" ? [it.id] : [])));
  const more = changes.flatMap((it): NodeChange<Drawn>[] => {
    const frame = it.type === "position" && it.position ? now.find((one) => one.id === it.id && one.type === "frame") : undefined;
    if (frame?.type !== "frame" || it.type !== "position" || !it.position) return [];
    const [dx, dy] = [it.position.x - frame.position.x, it.position.y - frame.position.y];
    const members = new Set(frame.data.members.filter((one) => !moved.has(one)));
    return now.filter((one) => members.has(one.id)).map((one) => ({ type: "position", id: one.id, position: { x: one.position.x + dx, y: one.position.y + dy } }));
  });
  return more.length ? [...changes, ...more] : changes;
}

type Drawing = Pick<Props, "types" | "ports" | "states" | "selected" | "actions" | "marks"> & { offWord: string; isPicture: boolean };

function draw(doc: Workflow, { types, ports: table, states, selected, offWord, actions, marks, isPicture }: Drawing) {
  const nodes = doc.nodes ?? [];
  // Files without places are drawn all the same.
  const places = nodes.some((it) => !it.position) ? layout(nodes, doc.connections ?? []) : undefined;
  const res: (Drawn)[] = (doc.stickyNotes ?? []).map((it, n) => {
    const id = noteKey(it, n);
    const [x = 0, y = 0] = it.position ?? [];
    const [width, height] = it.size?.length ? it.size : NOTE_SIZE;
    const data = { content: it.content, color: noteColor(it.color), isCurrent: selected.has(id), onSize: actions?.onSizeNote };
    return { id, type: "note", position: { x, y }, width, height, zIndex: -1, selected: selected.has(id), data };
  });
  (doc.groups ?? []).forEach((it, n) => {
    const inside = new Set(it.nodes);
    const members = nodes.filter((one) => one.id && inside.has(one.id));
    const frame = frameAround(members.map((one) => {
      const [x = 0, y = 0] = one.position ?? places?.get(one.name) ?? [];
      return { x, y, width: WIDTH, height: heightOf(portsOf(one, table, types, doc)) };
    }));
    if (!frame) return;
    const id = groupKey(it, n);
    const data = { name: it.name, color: groupColor(it), isCurrent: selected.has(id), isPicture, members: members.map((one) => one.name) };
    res.push({ id, type: "frame", position: { x: frame.x, y: frame.y }, width: frame.width, height: frame.height, zIndex: -2, selected: selected.has(id), data });
  });
  for (const it of nodes) {
    const [x = 0, y = 0] = it.position ?? places?.get(it.name) ?? [];
    const row = types.get(it.type);
    res.push({
      id: it.name,
      type: "node",
      position: { x, y },
      selected: selected.has(it.name),
      data: {
        name: it.name,
        type: it.type,
        icon: row?.icon,
        isTrigger: row?.trigger ?? false,
        isDisabled: it.disabled ?? false,
        isPinned: doc.pinnedData?.[it.name] !== undefined,
        isCurrent: selected.has(it.name),
        ports: portsOf(it, table, types, doc),
        run: states?.get(it.name),
        mark: marks?.nodes.get(it.name),
        isPicture,
        offWord,
      },
    });
  }
  return res;
}

function drawWires(doc: Workflow, states: RunStates | undefined, selectedWire: string | undefined, actions: GraphActions | undefined, marks: Marks | undefined): DrawnWire[] {
  const off = new Set((doc.nodes ?? []).filter((it) => it.disabled).map((it) => it.name));
  return (doc.connections ?? []).map((it) => {
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
        onInsert: actions?.onInsert,
        onCut: actions?.onCut,
      },
    };
  });
}
