// The canvas: React Flow's state is made from the document, never the other way round.
import "@xyflow/react/dist/style.css";
import { applyNodeChanges, Background, BackgroundVariant, ReactFlow, ReactFlowProvider, useReactFlow, useStore, type Connection as FlowConnection, type NodeChange, type ReactFlowProps } from "@xyflow/react";
import { useDeferredValue, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { Connection, Workflow } from "~/api/types";
import { WiresFromAfar } from "./afar";
import { useDrawing, type Drawn, type Marks } from "./drawing";
import { GroupView } from "./group";
import { snap } from "./layout";
import { Afar, NodeView, WIDTH } from "./node";
import { NoteView } from "./note";
import type { NodeTypes, PortTable } from "./ports";
import type { RunStates } from "./states";
import { wireAt } from "./touch";
import { connection } from "./wires";
import { WireView, type DrawnWire } from "./wire";

const NODE_VIEWS = { node: NodeView, note: NoteView, frame: GroupView };
const WIRE_VIEWS = { wire: WireView };
const MORE_KEYS = ["Meta", "Control", "Shift"];
const GRID: [number, number] = [20, 20];
const NO_WIRES: DrawnWire[] = [];
const NO_MARK = { hideAttribution: true };
const LINE_FROM_AFAR = { stroke: "var(--accent)", strokeWidth: "calc(6px * var(--wide))" };
// A large workflow opens where it can still be read; the whole of it is one key away.
/** What ports are called stands beside the node. */
const LABELS = 72;
const FIT = { padding: 0.15, minZoom: 0.4, maxZoom: 1 };
const isOfOneKind = (it: { sourceHandle?: string | null; targetHandle?: string | null }) => it.sourceHandle?.split(":")[0] === it.targetHandle?.split(":")[0];

/** How much of a node can be read at a zoom: what would be too small is left out, and names grow in its place. */
const nearnessOf = (zoom: number) => (zoom >= 0.7 ? "near" : zoom >= 0.5 ? "middle" : zoom >= 0.3 ? "far" : "sky");

type Events = Pick<ReactFlowProps<Drawn, DrawnWire>, "onNodesChange" | "onNodeDragStop" | "onSelectionDragStop" | "onNodeDoubleClick" | "onNodeClick" | "onEdgeClick" | "onPaneClick" | "onConnect" | "onConnectEnd">;

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
  /** The place on the canvas under a place on the screen. */
  placeAt: (x: number, y: number) => [number, number];
  /** The middle of what is in view. */
  middle: () => [number, number];
}

interface Props {
  document: Workflow;
  types: NodeTypes;
  ports: PortTable;
  states?: RunStates;
  /** What is missing or wrong, by the names of nodes. */
  troubles?: ReadonlyMap<string, string>;
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

export function Graph(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ document: doc, types, ports, states, troubles, selected, selectedWire, onSelect, onOpen, actions, marks, isPicture = false, ref }: Props) {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const canvas = useStore((it) => it.domNode);
  const offWord = t("off");
  const nearness = useStore((it) => nearnessOf(it.transform[2]));
  // A thousand nodes take their time to change how they are drawn; the zoom does not wait for them.
  const isAfar = useDeferredValue(nearness === "sky");
  const [drawn, wires] = useDrawing(doc, { types, ports, states, troubles, selected, selectedWire, actions, marks, offWord, isPicture });
  const [nodes, setNodes] = useState(drawn);
  const [shown, setShown] = useState(drawn);
  // What is being dragged lives in this state; every change of the document replaces it.
  if (shown !== drawn) {
    setShown(drawn);
    setNodes(drawn);
  }
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
        const [width, height] = [(WIDTH + LABELS) * zoom, (node.measured?.height ?? 56) * zoom];
        if (left >= 0 && top >= 0 && left + width <= box.width && top + height <= box.height) return;
        void flow.setViewport({ zoom, x: x + box.width / 2 - left - width / 2, y: y + box.height / 2 - top - height / 2 }, { duration: 140 });
      },
      zoom: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 140 }),
      placeAt: (x, y) => {
        const at = flow.screenToFlowPosition({ x, y });
        return [snap(at.x), snap(at.y)];
      },
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
  const events = useEvents({ nodes, setNodes, wires: isAfar ? wires : NO_WIRES, selected, onSelect, onOpen, actions });
  return (
    <Afar value={isAfar}>
    <ReactFlow<Drawn, DrawnWire>
      nodes={nodes}
      edges={isAfar ? NO_WIRES : wires}
      nodeTypes={NODE_VIEWS}
      edgeTypes={WIRE_VIEWS}
      {...events}
      isValidConnection={isOfOneKind}
      connectionLineStyle={isAfar ? LINE_FROM_AFAR : undefined}
      nodesDraggable={Boolean(actions)}
      nodesConnectable={Boolean(actions)}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={MORE_KEYS}
      elevateNodesOnSelect={false}
      zoomOnDoubleClick={false}
      panOnScroll
      onlyRenderVisibleElements
      snapToGrid
      snapGrid={GRID}
      minZoom={0.1}
      maxZoom={2}
      fitView
      fitViewOptions={FIT}
      proOptions={NO_MARK}
      className="bg-canvas!"
      data-nearness={nearness}
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--grid)" />
      {isAfar && <WiresFromAfar nodes={nodes} wires={wires} />}
    </ReactFlow>
    </Afar>
  );
}

interface Heard extends Pick<Props, "selected" | "onSelect" | "onOpen" | "actions"> {
  nodes: Drawn[];
  setNodes: (next: (now: Drawn[]) => Drawn[]) => void;
  /** Those that are no parts of their own, and do not hear themselves that they are touched. */
  wires: DrawnWire[];
}

/** What is heard of the canvas. The functions stay the same ones: React Flow tells every node and wire of a new one. */
function useEvents(heard: Heard): Events {
  const flow = useReactFlow();
  const latest = useRef(heard);
  useLayoutEffect(() => {
    latest.current = heard;
  });
  return useMemo(() => {
    const placeOf = (event: MouseEvent | TouchEvent): [number, number] => {
      const at = "clientX" in event ? event : event.changedTouches[0];
      const place = flow.screenToFlowPosition({ x: at?.clientX ?? 0, y: at?.clientY ?? 0 });
      return [snap(place.x), snap(place.y - 28)];
    };
    const wireUnder = (event: MouseEvent) => {
      const { nodes, wires } = latest.current;
      const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
      return wires.length ? wireAt(nodes, wires, [x, y], flow.getZoom()) : undefined;
    };
    const onMoved = (moved: Drawn[]) => latest.current.actions?.onMove(placesOf(moved, latest.current.nodes));
    return {
      onNodesChange: (changes) => {
        const { selected, onSelect, setNodes } = latest.current;
        const drawn = changes.filter((it) => it.type !== "select" && it.type !== "remove");
        if (drawn.length) setNodes((now) => applyNodeChanges(withMembers(drawn, now), now));
        const picked = changes.filter((it) => it.type === "select");
        if (!picked.length) return;
        const next = new Set(selected);
        for (const it of picked) {
          if (it.selected) next.add(it.id);
          else next.delete(it.id);
        }
        onSelect(next);
      },
      onNodeDragStop: (_, __, moved) => onMoved(moved),
      onSelectionDragStop: (_, moved) => onMoved(moved),
      onNodeDoubleClick: (_, it) => latest.current.onOpen?.(it.id),
      onNodeClick: (event, it) => {
        const { actions, onOpen, onSelect } = latest.current;
        if (!actions) return onOpen?.(it.id);
        // A wire is drawn over the frames and notes that it crosses.
        const wire = it.type === "node" ? undefined : wireUnder(event.nativeEvent);
        if (!wire) return;
        onSelect(new Set());
        actions.onSelectWire(wire);
      },
      onEdgeClick: (_, it) => latest.current.actions?.onSelectWire(it.id),
      onPaneClick: (event) => {
        const { actions } = latest.current;
        const wire = wireUnder(event.nativeEvent);
        if (event.detail === 2 && !wire) actions?.onAdd(placeOf(event.nativeEvent));
        else actions?.onSelectWire(wire);
      },
      onConnect: (it: FlowConnection) => latest.current.actions?.onConnect(connection(it.source, it.sourceHandle, it.target, it.targetHandle)),
      onConnectEnd: (event, it) => {
        if (!it.isValid && !it.toNode && it.fromNode && it.fromHandle?.type === "source") {
          latest.current.actions?.onLoose(it.fromNode.id, it.fromHandle.id ?? "main:0", placeOf(event));
        }
      },
    };
  }, [flow]);
}

/** Where nodes and notes were taken. */
function placesOf(moved: Drawn[], now: Drawn[]): Map<string, [number, number]> {
  const places = new Map(moved.filter((it) => it.type !== "frame").map((it): [string, [number, number]] => [it.id, [snap(it.position.x), snap(it.position.y)]]));
  // A frame has no place of its own: where its nodes were taken is what counts.
  const members = new Set(moved.flatMap((it) => (it.type === "frame" ? it.data.members : [])));
  for (const it of now) if (members.has(it.id) && !places.has(it.id)) places.set(it.id, [snap(it.position.x), snap(it.position.y)]);
  return places;
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
