// One wire: grey before a run, dark with a count after it, stitches while items go through.
import { BaseEdge, EdgeLabelRenderer, getBezierPath, type Edge, type EdgeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { memo } from "react";

export interface WireData extends Record<string, unknown> {
  nItems?: number;
  isRunning: boolean;
  isOff: boolean;
}
export type DrawnWire = Edge<WireData, "wire">;

export const WireView = memo(function WireView({ data, selected, ...at }: EdgeProps<DrawnWire>) {
  const [path, x, y] = isBack(at) ? [around(at), (at.sourceX + at.targetX) / 2, Math.max(at.sourceY, at.targetY) + 70] : getBezierPath(at);
  const isSewn = data?.nItems !== undefined && data.nItems > 0;
  return (
    <>
      <BaseEdge
        path={path}
        interactionWidth={12}
        className={clsx(data?.isRunning && "stitches")}
        style={{
          stroke: selected ? "var(--accent)" : data?.isRunning ? "var(--run)" : isSewn ? "var(--text2)" : "var(--wire)",
          strokeWidth: selected ? 2.5 : isSewn ? 2 : 1.5,
          strokeDasharray: data?.isOff && !data.isRunning ? "5 4" : undefined,
        }}
      />
      {isSewn && (
        <EdgeLabelRenderer>
          <span className="absolute rounded-full border bg-surface px-1.5 text-micro text-text2 tabular-nums" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {data?.nItems}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

type At = Pick<EdgeProps, "sourceX" | "sourceY" | "targetX" | "targetY">;
const isBack = (at: At) => at.targetX < at.sourceX - 20;

/** A wire to an earlier node goes around below. */
function around({ sourceX, sourceY, targetX, targetY }: At): string {
  const low = Math.max(sourceY, targetY) + 70;
  return `M ${sourceX} ${sourceY} C ${sourceX + 60} ${sourceY} ${sourceX + 60} ${low} ${sourceX} ${low} L ${targetX} ${low} C ${targetX - 60} ${low} ${targetX - 60} ${targetY} ${targetX} ${targetY}`;
}
