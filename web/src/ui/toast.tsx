// Short words at the foot of the page: what happened, and at times the way back.
import { clsx } from "clsx";
import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";

interface Toast {
  id: number;
  text: string;
  kind: "note" | "error";
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 8000;
let toasts: Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

const close = (id: number) => set(toasts.filter((it) => it.id !== id));

export function say(text: string, kind: Toast["kind"] = "note", action?: Toast["action"]) {
  const id = (last += 1);
  set([...toasts.slice(-2), { id, text, kind, action }]);
  setTimeout(() => close(id), SHOWN_MS);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export function Toasts() {
  const { t } = useTranslation();
  const all = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div aria-live="polite" className="toasts pointer-events-none fixed bottom-4 left-1/2 max-sm:bottom-18 z-60 flex w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 flex-col gap-2">
      {all.map((it) => (
        <div
          key={it.id}
          role={it.kind === "error" ? "alert" : undefined}
          className={clsx("pointer-events-auto flex items-center gap-3 rounded-card border bg-surface py-1.5 pr-1.5 pl-4 shadow-sh2", it.kind === "error" && "border-err")}
        >
          <span className="min-w-0 flex-1 break-words">{it.text}</span>
          {it.action && (
            <button type="button" className="font-medium text-accent-text underline" onClick={() => { it.action?.run(); close(it.id); }}>
              {it.action.label}
            </button>
          )}
          <IconButton label={t("Close this message")} onClick={() => close(it.id)}><X size={14} strokeWidth={1.9} /></IconButton>
        </div>
      ))}
    </div>
  );
}
