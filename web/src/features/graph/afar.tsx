// The wires of a graph seen from far away: a few shapes in place of a part for each, with the tools of the chosen one.
import { useStore } from "@xyflow/react";
import { clsx } from "clsx";
import { memo, useLayoutEffect, useMemo, useState } from "react";
import { createPortal } from "react-dom";
import type { Drawn } from "./drawing";
import { threads, wayFrom, type Thread } from "./threads";
import { WireTools, type DrawnWire } from "./wire";

/** Wires and ports get wider the further away they are, or they would fade; in steps, so that zooming does not draw them all the time. */
const widthOf = (zoom: number) => Math.max(1, Math.round(0.3 / zoom));

export function WiresFromAfar({ nodes, wires }: { nodes: readonly Drawn[]; wires: readonly DrawnWire[] }) {
  const [sew] = useState(() => threads());
  // The canvas's own way in looks for this place again at each movement, among all nodes.
  const canvas = useStore((it) => it.domNode);
  const place = useMemo(() => canvas?.querySelector(".react-flow__viewport-portal"), [canvas]);
  const wide = useStore((it) => widthOf(it.transform[2]));
  useLayoutEffect(() => canvas?.style.setProperty("--wide", String(wide)), [canvas, wide]);
  const chosen = wires.find((it) => it.selected);
  if (!place) return null;
  return (
    <>
      {createPortal(
        <svg aria-hidden className="pointer-events-none absolute top-0 left-0 -z-1 size-px overflow-visible">
          {sew(nodes, wires).map((it) => <ThreadView key={it.key} thread={it} />)}
        </svg>,
        place,
      )}
      {chosen && <ToolsFromAfar nodes={nodes} wire={chosen} />}
    </>
  );
}

const ThreadView = memo(function ThreadView({ thread: { look, isRunning, path } }: { thread: Thread }) {
  return <path d={path} fill="none" className={clsx(isRunning && "stitches")} stroke={look.stroke} style={{ strokeWidth: `calc(${look.width}px * var(--wide))` }} strokeDasharray={look.dashes} />;
});

function ToolsFromAfar({ nodes, wire: { id, source, target, data, ...wire } }: { nodes: readonly Drawn[]; wire: DrawnWire }) {
  const zoom = useStore((it) => it.transform[2]);
  const [from, to] = [source, target].map((name) => nodes.find((it) => it.id === name));
  if (!from || !to || !data?.onInsert || !data.onCut) return null;
  const [, x, y] = wayFrom({ ...wire, id, source, target }, from, to);
  return <WireTools x={x} y={y} scale={1 / zoom} onInsert={() => data.onInsert?.(id)} onCut={() => data.onCut?.(id)} />;
}
