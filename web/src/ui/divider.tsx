// A line between two panes that is drawn about, or moved by the arrow keys. It lies on the edge of what it is in.
import { clsx } from "clsx";
import { useRef, type KeyboardEvent, type PointerEvent } from "react";

interface Props {
  label: string;
  /** Which edge of its parent it moves; that one grows away from it. */
  edge: "left" | "right" | "top";
  /** The part of the parent that lies beyond the line, in percent. */
  share: number;
  usual: number;
  least: number;
  most: number;
  onShare: (share: number) => void;
  className?: string;
}

const STEP = 2;

export function Divider({ label, edge, share, usual, least, most, onShare, className }: Props) {
  const isAcross = edge === "top";
  const line = useRef<HTMLDivElement>(null);
  const set = (next: number) => onShare(Math.round(Math.min(most, Math.max(least, next)) * 10) / 10);
  const drag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = line.current?.parentElement?.getBoundingClientRect();
    if (!box) return;
    if (edge === "left") set(((event.clientX - box.left) / box.width) * 100);
    else if (edge === "right") set(((box.right - event.clientX) / box.width) * 100);
    else set(((box.bottom - event.clientY) / box.height) * 100);
  };
  const key = (event: KeyboardEvent) => {
    const grows = { left: "ArrowRight", right: "ArrowLeft", top: "ArrowUp" }[edge];
    const shrinks = { left: "ArrowLeft", right: "ArrowRight", top: "ArrowDown" }[edge];
    const next = { [grows]: share + STEP, [shrinks]: share - STEP, Home: usual }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  };
  return (
    <div
      ref={line}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isAcross ? "horizontal" : "vertical"}
      aria-valuenow={Math.round(share)}
      aria-valuemin={least}
      aria-valuemax={most}
      style={{ [edge === "top" ? "bottom" : edge]: `${share}%` }}
      className={clsx(
        "absolute z-10 touch-none outline-none after:absolute after:bg-accent after:opacity-0 hover:after:opacity-100 focus-visible:after:opacity-100",
        isAcross ? "inset-x-0 h-2 translate-y-1/2 cursor-row-resize after:inset-x-0 after:top-[3px] after:h-0.5" : "inset-y-0 w-2 cursor-col-resize after:inset-y-0 after:left-[3px] after:w-0.5",
        edge === "left" && "-translate-x-1/2",
        edge === "right" && "translate-x-1/2",
        className,
      )}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={key}
      onDoubleClick={() => set(usual)}
    />
  );
}
