// The wires of a graph seen from so far away that no single one is touched: a few shapes in place of a part for each.
import { useStore } from "@xyflow/react";
import { clsx } from "clsx";
import { memo, useMemo, useState, type CSSProperties } from "react";
import { createPortal } from "react-dom";
import type { Drawn } from "./drawing";
import { threads, type Thread } from "./threads";
import type { DrawnWire } from "./wire";

/** Wires get wider the further away they are, or they would fade; in steps, so that zooming does not draw them all the time. */
const widthOf = (zoom: number) => Math.max(1, Math.round(0.3 / zoom));

export function WiresFromAfar({ nodes, wires }: { nodes: readonly Drawn[]; wires: readonly DrawnWire[] }) {
  const [sew] = useState(() => threads());
  // The canvas's own way in looks for this place again at each movement, among all nodes.
  const canvas = useStore((it) => it.domNode);
  const place = useMemo(() => canvas?.querySelector(".react-flow__viewport-portal"), [canvas]);
  const wide = useStore((it) => widthOf(it.transform[2]));
  if (!place) return null;
  return createPortal(
    <svg aria-hidden className="pointer-events-none absolute top-0 left-0 -z-1 size-px overflow-visible" style={{ "--wide": wide } as CSSProperties}>
      {sew(nodes, wires).map((it) => <ThreadView key={it.key} thread={it} />)}
    </svg>,
    place,
  );
}

const ThreadView = memo(function ThreadView({ thread: { look, isRunning, path } }: { thread: Thread }) {
  return <path d={path} fill="none" className={clsx(isRunning && "stitches")} stroke={look.stroke} style={{ strokeWidth: `calc(${look.width}px * var(--wide))` }} strokeDasharray={look.dashes} />;
});
