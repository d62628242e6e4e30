// One wire: grey before a run, dark with a count after it, stitches while items go through.
import { BaseEdge, EdgeLabelRenderer, type Edge, type EdgeProps } from "@xyflow/react";
import { clsx } from "clsx";
import { Plus, X } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { lookOf, PLAIN, wayOf, type WireState } from "./way";

export interface WireData extends WireState, Record<string, unknown> {
  /** What can be done with the chosen wire, where the graph may be changed. */
  onInsert?: (wire: string) => void;
  onCut?: (wire: string) => void;
}
export type DrawnWire = Edge<WireData, "wire">;

export const WireView = memo(function WireView({ id, data, selected, ...at }: EdgeProps<DrawnWire>) {
  const [path, x, y] = wayOf(at);
  const isSewn = Boolean(data?.nItems);
  const { stroke, width, dashes } = lookOf(data ?? PLAIN, selected ?? false);
  return (
    <>
      <BaseEdge path={path} interactionWidth={12} className={clsx(data?.isRunning && "stitches")} style={{ stroke, strokeWidth: width, strokeDasharray: dashes }} />
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

/** `scale` undoes how far away the canvas is. */
export function WireTools({ x, y, scale = 1, onInsert, onCut }: { x: number; y: number; scale?: number; onInsert: () => void; onCut: () => void }) {
  const { t } = useTranslation();
  const LOOK = "flex size-6 items-center justify-center rounded-full border border-accent bg-surface text-accent-text shadow-sh1 hover:bg-accent-soft pointer-coarse:size-11";
  return (
    <EdgeLabelRenderer>
      <span className="nopan nodrag pointer-events-auto absolute z-10 flex gap-1" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${scale})` }}>
        <button type="button" className={LOOK} aria-label={t("Insert a node here")} title={t("Insert a node here")} onClick={onInsert}><Plus size={14} aria-hidden /></button>
        <button type="button" className={LOOK} aria-label={t("Cut the wire")} title={t("Cut the wire")} onClick={onCut}><X size={14} aria-hidden /></button>
      </span>
    </EdgeLabelRenderer>
  );
}
