// The states of runs: each has its own shape, its own word and its own colour.
import { clsx } from "clsx";
import { CircleCheck, CircleDashed, CircleMinus, Hourglass, LoaderCircle, OctagonX, type LucideIcon } from "lucide-react";

export type State = "queued" | "running" | "waiting" | "success" | "error" | "cancelled" | "inDoubt";

/** Ours: a diamond with a question mark, on the grid of the other icons. */
function Doubt({ size = 16 }: { size?: number | string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.9} aria-hidden>
      <path d="M12 2.5 21.5 12 12 21.5 2.5 12Z" strokeLinejoin="round" />
      <path d="M10 10.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1M12 16v.01" strokeLinecap="round" />
    </svg>
  );
}

const ICONS: Record<Exclude<State, "inDoubt">, LucideIcon> = {
  queued: CircleDashed,
  running: LoaderCircle,
  waiting: Hourglass,
  success: CircleCheck,
  error: OctagonX,
  cancelled: CircleMinus,
};

const COLOURS: Record<State, string> = {
  queued: "text-off",
  running: "text-run",
  waiting: "text-wait",
  success: "text-ok",
  error: "text-err",
  cancelled: "text-off",
  inDoubt: "text-doubt",
};

export const WORDS: Record<State, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  success: "Done",
  error: "Failed",
  cancelled: "Cancelled",
  inDoubt: "In doubt",
};

export function StateIcon({ state, size = 14 }: { state: State; size?: number }) {
  if (state === "inDoubt") return <span className={COLOURS.inDoubt}><Doubt size={size} /></span>;
  const Icon = ICONS[state];
  return <Icon aria-hidden size={size} strokeWidth={1.9} className={clsx("shrink-0", COLOURS[state], state === "running" && "turns")} />;
}

export function StateMark({ state, word }: { state: State; word: string }) {
  // What went well stays quiet: its word has no colour.
  const loud = state !== "success" && state !== "cancelled" && state !== "queued";
  return (
    <span className="inline-flex items-center gap-1.5 sm:whitespace-nowrap">
      <StateIcon state={state} />
      <span className={loud ? COLOURS[state] : "text-text2"}>{word}</span>
    </span>
  );
}
