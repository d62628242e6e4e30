// One node on the canvas: what it is, how it went, and where wires go in and out.
import { Handle, Position, useConnection, type Node as FlowNode, type NodeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { Pin, TriangleAlert } from "lucide-react";
import { createContext, memo, useContext, useState } from "react";
import { faultWords } from "~/lib/faults";
import { took } from "~/lib/time";
import { StateIcon } from "~/ui/state";
import { NodeIcon } from "./icons";
import { MARK_BORDERS, MarkSign, type Mark } from "./mark";
import type { NodePorts } from "./ports";
import type { NodeRun } from "./states";
import { handleId } from "./wires";

export const WIDTH = 176;
const HEIGHT = 56;
const PORT_ROW = 24;

export interface NodeData extends Record<string, unknown> {
  name: string;
  type: string;
  icon?: string;
  isTrigger: boolean;
  isDisabled: boolean;
  isPinned: boolean;
  isCurrent: boolean;
  ports: NodePorts;
  run?: NodeRun;
  /** What is missing or wrong in it. */
  trouble?: string;
  mark?: Mark;
  /** It is drawn beside another graph, in which a node may have its id. */
  isPicture: boolean;
  offWord: string;
}
/** Whether the graph is seen from so far away that ports could not be touched: only where the pointer is they are drawn then, and larger. */
export const Afar = createContext(false);
export type DrawnNode = FlowNode<NodeData, "node">;

export const heightOf = (ports: NodePorts) => Math.max(HEIGHT, Math.max(ports.outputs.length, ports.inputs.length) * PORT_ROW + 8);

const BORDERS: Partial<Record<NodeRun["state"], string>> = {
  error: "border-err border-[1.5px]",
  waiting: "border-wait border-[1.5px]",
  inDoubt: "border-doubt border-[1.5px] border-dashed",
  running: "border-run border-[1.5px] border-dashed",
};

export const NodeView = memo(function NodeView({ data, isConnectable }: NodeProps<DrawnNode>) {
  const { run, ports } = data;
  const isAfar = useContext(Afar);
  const [isUnder, setUnder] = useState(false);
  // The port that a wire is drawn from has to stay until the end: without it the browser tells of no click there, and
  // the canvas, which waits for that one, would take the next for it.
  const [isHeld, setHeld] = useState(false);
  const isMine = isAfar && isConnectable;
  return (
    <div
      onPointerDown={isMine ? () => holdOn(setHeld) : undefined}
      onPointerEnter={isMine ? () => setUnder(true) : undefined}
      onPointerLeave={isUnder ? () => setUnder(false) : undefined}
      id={data.isPicture ? undefined : `node-${encodeURIComponent(data.name)}`}
      title={data.trouble ? `${data.name}: ${data.trouble}` : data.name}
      className={clsx(
        "relative flex items-center gap-2.5 border bg-surface px-2.5 shadow-sh1",
        data.isTrigger ? "rounded-l-[20px] rounded-r-card pl-3" : "rounded-card",
        (data.mark && MARK_BORDERS[data.mark]) ?? (run && BORDERS[run.state]) ?? "border-edge",
        data.isDisabled && "border-dashed opacity-75 bg-[repeating-linear-gradient(45deg,var(--surface)_0_6px,var(--off-soft)_6px_8px)]",
        data.isCurrent && "outline-2 outline-offset-2 outline-accent",
      )}
      style={{ width: WIDTH, height: heightOf(ports) }}
    >
      <span className="node-icon flex size-7 shrink-0 items-center justify-center rounded-control bg-hover text-text2"><NodeIcon name={data.icon} /></span>
      <span className="node-words min-w-0 leading-tight">
        <span className="node-name block truncate font-semibold">{data.name}</span>
        <span className="node-type block truncate text-micro text-text3">{data.type}</span>
      </span>
      <Badge data={data} />
      {run?.error && <span className="pointer-events-none absolute top-full left-0 mt-1.5 line-clamp-2 w-full rounded-chip bg-canvas px-1 text-micro break-words text-err node-fine" title={faultWords(run.error)}>{faultWords(run.error).replaceAll("`", "")}</span>}
      {!isAfar && <Ports ports={ports} />}
      {isAfar && (isUnder || isHeld) && <PortsFromAfar ports={ports} isHeld={isHeld} />}
    </div>
  );
});

function Ports({ ports }: { ports: NodePorts }) {
  return (
    <>
      {ports.inputs.map((port, n) => (
        <Handle
          key={n}
          type="target"
          position={Position.Left}
          id={handleId(port.kind, indexIn(ports.inputs, n))}
          className="h-4! w-1.5! rounded-[2px]! border-0! bg-wire! min-w-0!"
          style={{ top: `${((n + 0.5) / ports.inputs.length) * 100}%` }}
        />
      ))}
      {ports.outputs.map((port, n) => (
        <Handle
          key={n}
          type="source"
          position={Position.Right}
          id={handleId(port.kind, indexIn(ports.outputs, n))}
          className="size-2.5! rounded-full! border-[1.5px]! border-wire! bg-surface!"
          style={{ top: `${((n + 0.5) / ports.outputs.length) * 100}%` }}
        >
          {ports.outputs.length > 1 && <span className="pointer-events-none absolute top-1/2 left-3.5 -translate-y-1/2 rounded-chip bg-canvas px-1 text-micro whitespace-nowrap text-text3 node-fine">{port.name}</span>}
        </Handle>
      ))}
    </>
  );
}

/** Until the pointer is let go, and the click that follows is told. */
function holdOn(setHeld: (is: boolean) => void) {
  setHeld(true);
  const over = new AbortController();
  const end = () => {
    over.abort();
    setTimeout(() => setHeld(false));
  };
  for (const it of ["pointerup", "pointercancel"]) window.addEventListener(it, end, { signal: over.signal });
}

/** A wire begins beside the node, and while one is drawn the whole node takes it, but for the one that it comes from. */
function PortsFromAfar({ ports, isHeld }: { ports: NodePorts; isHeld: boolean }) {
  const isDrawn = useConnection((it) => it.inProgress) && !isHeld;
  const all = isDrawn ? ports.inputs : ports.outputs;
  return all.map((port, n) => (
    <Handle
      key={n}
      type={isDrawn ? "target" : "source"}
      position={isDrawn ? Position.Left : Position.Right}
      id={handleId(port.kind, indexIn(all, n))}
      className={clsx("min-w-0!", isDrawn ? "rounded-card! border-0! bg-accent/40!" : "rounded-full! border-0! bg-accent!")}
      style={{
        top: `${((n + 0.5) / all.length) * 100}%`,
        ...(isDrawn
          ? { left: "50%", width: "100%", height: `${100 / all.length}%` }
          : { left: "100%", right: "auto", transform: "translate(0, -50%)", width: "calc(40px * var(--wide))", height: `min(calc(40px * var(--wide)), ${heightOf(ports) / all.length}px)` }),
      }}
    />
  ));
}

/** Ports are counted within their kind. */
export const indexIn = (ports: NodePorts["inputs"], at: number) => ports.slice(0, at).filter((it) => it.kind === ports[at]?.kind).length;

function Badge({ data }: { data: NodeData }) {
  const BADGE = "absolute -top-2.5 right-1.5 flex h-5 items-center gap-1 rounded-full border bg-surface px-1.5 text-micro tabular-nums";
  if (data.mark) return <span className={BADGE}><MarkSign mark={data.mark} size={12} /></span>;
  if (data.isDisabled) return <span className={clsx(BADGE, "text-off")}>{data.offWord}</span>;
  const trouble = data.trouble && <TriangleAlert size={12} strokeWidth={1.9} aria-hidden className="text-wait" />;
  if (data.run) {
    return (
      <span className={BADGE}>
        {trouble}
        {data.isPinned && <Pin size={11} aria-hidden className="text-pin" />}
        <StateIcon state={data.run.state} size={12} />
        <span className="node-fine empty:hidden">{took(data.run.durationMs)}</span>
      </span>
    );
  }
  if (!trouble && !data.isPinned) return null;
  return (
    <span className={clsx(BADGE, trouble ? "border-wait" : "border-pin", "text-pin")}>
      {trouble}
      {data.isPinned && <Pin size={11} aria-hidden />}
    </span>
  );
}
