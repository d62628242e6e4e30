// How a graph shows what came, went or changed: by colour and by sign.
import { Minus, Pencil, Plus } from "lucide-react";

export type Mark = "added" | "removed" | "changed";

const SIGNS = { added: Plus, removed: Minus, changed: Pencil };
export const MARK_BORDERS: Record<Mark, string> = { added: "border-ok border-[1.5px]", removed: "border-err border-[1.5px] border-dashed opacity-75", changed: "border-accent border-[1.5px]" };
export const MARK_TEXTS: Record<Mark, string> = { added: "text-ok", removed: "text-err", changed: "text-accent-text" };
export const MARK_STROKES: Record<Mark, string> = { added: "var(--ok)", removed: "var(--err)", changed: "var(--accent)" };

export function MarkSign({ mark, size = 14 }: { mark: Mark; size?: number }) {
  const Sign = SIGNS[mark];
  return <Sign size={size} strokeWidth={2.25} aria-hidden className={`shrink-0 ${MARK_TEXTS[mark]}`} />;
}
