// The one registry of what can be done by key or from the palette. Menus, keys and the `?` sheet read it.
import { useEffect, useSyncExternalStore } from "react";

export interface Command {
  id: string;
  title: string;
  group: string;
  /** As shown and as pressed, such as `Ctrl K`, `?` or `G W`. */
  keys?: string;
  /** Without it, the page itself listens to these keys: they are only shown in the sheet. */
  run?: () => void;
}

let all: Command[] = [];
const listeners = new Set<() => void>();
const emit = () => listeners.forEach((it) => it());

/** Makes commands known for as long as the caller is on the page. */
export function useCommands(commands: Command[]) {
  useEffect(() => {
    const ids = new Set(commands.map((it) => it.id));
    all = [...all.filter((it) => !ids.has(it.id)), ...commands];
    emit();
    return () => {
      all = all.filter((it) => !commands.includes(it));
      emit();
    };
  }, [commands]);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export const useAllCommands = () => useSyncExternalStore(subscribe, () => all);

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** With Ctrl, these belong to the field that is typed in. */
const OF_FIELDS = new Set(["A", "C", "V", "X"]);

/** How long the second key of `G W` may take. */
const SECOND_KEY_MS = 1500;

export function useKeys() {
  useEffect(() => {
    let first = "";
    let timer = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
      const control = event.ctrlKey || event.metaKey;
      if (isTyping(event.target) && (!control || OF_FIELDS.has(key))) return;
      if (!control && document.querySelector('[role="dialog"],[role="menu"]')) return;
      const pressed = `${control ? "Ctrl " : ""}${key}`;
      const wanted = first ? `${first} ${pressed}` : pressed;
      const runs = all.filter((it) => it.run);
      const found = runs.find((it) => it.keys === wanted) ?? runs.find((it) => it.keys === pressed);
      clearTimeout(timer);
      first = "";
      if (found) {
        event.preventDefault();
        found.run?.();
      } else if (runs.some((it) => it.keys?.startsWith(`${pressed} `))) {
        first = pressed;
        timer = window.setTimeout(() => (first = ""), SECOND_KEY_MS);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
