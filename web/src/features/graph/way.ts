// The way of a wire over the canvas, and how it looks.
import { getBezierPath, Position } from "@xyflow/react";
import { MARK_STROKES, type Mark } from "./mark";

export interface At {
  sourceX: number;
  sourceY: number;
  targetX: number;
  targetY: number;
}

/** Its path, and where on it something about it stands. */
export function wayOf(at: At): [path: string, x: number, y: number] {
  if (at.targetX < at.sourceX - 20) return [around(at), (at.sourceX + at.targetX) / 2, Math.max(at.sourceY, at.targetY) + 70];
  const [path, x, y] = getBezierPath({ ...at, sourcePosition: Position.Right, targetPosition: Position.Left });
  return [path, x, y];
}

/** A wire to an earlier node goes around below. */
function around({ sourceX, sourceY, targetX, targetY }: At): string {
  const low = Math.max(sourceY, targetY) + 70;
  return `M ${sourceX} ${sourceY} C ${sourceX + 60} ${sourceY} ${sourceX + 60} ${low} ${sourceX} ${low} L ${targetX} ${low} C ${targetX - 60} ${low} ${targetX - 60} ${targetY} ${targetX} ${targetY}`;
}

export interface WireState {
  nItems?: number;
  isRunning: boolean;
  isOff: boolean;
  mark?: Mark;
}

export const PLAIN: WireState = { isRunning: false, isOff: false };

export interface WireLook {
  stroke: string;
  width: number;
  dashes?: string;
}

/** Grey before a run, dark after it; while items go through, the stitches are laid over it. */
export function lookOf(wire: WireState, isSelected: boolean): WireLook {
  const isSewn = Boolean(wire.nItems);
  return {
    stroke: isSelected ? "var(--accent)" : wire.mark ? MARK_STROKES[wire.mark] : wire.isRunning ? "var(--run)" : isSewn ? "var(--text2)" : "var(--wire)",
    width: isSelected ? 2.5 : isSewn || wire.mark ? 2 : 1.5,
    dashes: (wire.isOff && !wire.isRunning) || wire.mark === "removed" ? "5 4" : undefined,
  };
}
