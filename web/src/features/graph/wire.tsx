// One wire: grey before a run, dark with a count after it, stitches while items go through.
import { BaseEdge, EdgeLabelRenderer, getBezierPath, type Edge, type EdgeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { Plus, X } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { MARK_STROKES, type Mark } from "./mark";

export interface WireData extends Record<string, unknown> {
  nItems?: number;
  isRunning: boolean;
  isOff: boolean;
  mark?: Mark;
  /** What can be done with the chosen wire, where the graph may be changed. */
  onInsert?: (wire: string) => void;
  onCut?: (wire: string) => void;
}
export type DrawnWire = Edge<WireData, "wire">;

export const WireView = memo(function WireView({ id, data, selected, ...at }: EdgeProps<DrawnWire>) {
  const [path, x, y] = isBack(at) ? [around(at), (at.sourceX + at.targetX) / 2, Math.max(at.sourceY, at.targetY) + 70] : getBezierPath(at);
  const isSewn = data?.nItems !== undefined && data.nItems > 0;
  return (
    <>
      <BaseEdge
        path={path}
        interactionWidth={12}
        className={clsx(data?.isRunning && "stitches")}
        style={{
          stroke: selected ? "var(--accent)" : data?.mark ? MARK_STROKES[data.mark] : data?.isRunning ? "var(--run)" : isSewn ? "var(--text2)" : "var(--wire)",
          strokeWidth: selected ? 2.5 : isSewn || data?.mark ? 2 : 1.5,
          strokeDasharray: (data?.isOff && !data.isRunning) || data?.mark === "removed" ? "5 4" : undefined,
        }}
      />
      {selected && data?.onInsert && data.onCut && <WireTools x={x} y={y} onInsert={() => data.onInsert?.(id)} onCut={() => data.onCut?.(id)} />}
      {isSewn && !selected && (
        <EdgeLabelRenderer>
          <span className="absolute rounded-full border bg-surface px-1.5 text-micro text-text2 tabular-nums" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {data?.nItems}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function WireTools({ x, y, onInsert, onCut }: { x: number; y: number; onInsert: () => void; onCut: () => void }) {
  const { t } = useTranslation();
  const LOOK = "flex size-6 items-center justify-center rounded-full border border-accent bg-surface text-accent-text shadow-sh1 hover:bg-accent-soft pointer-coarse:size-11";
  return (
    <EdgeLabelRenderer>
      <span className="nopan nodrag pointer-events-auto absolute z-10 flex gap-1" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
        <button type="button" className={LOOK} aria-label={t("Insert a node here")} title={t("Insert a node here")} onClick={onInsert}><Plus size={14} aria-hidden /></button>
        <button type="button" className={LOOK} aria-label={t("Cut the wire")} title={t("Cut the wire")} onClick={onCut}><X size={14} aria-hidden /></button>
      </span>
    </EdgeLabelRenderer>
  );
}

type At = Pick<EdgeProps, "sourceX" | "sourceY" | "targetX" | "targetY">;
const isBack = (at: At) => at.targetX < at.sourceX - 20;

/** A wire to an earlier node goes around below. */
function around({ sourceX, sourceY, targetX, targetY }: At): string {
  const low = Math.max(sourceY, targetY) + 70;
  return `M ${sourceX} ${sourceY} C ${sourceX + 60} ${sourceY} ${sourceX + 60} ${low} ${sourceX} ${low} L ${targetX} ${low} C ${targetX - 60} ${low} ${targetX - 60} ${targetY} ${targetX} ${targetY}`;
}
