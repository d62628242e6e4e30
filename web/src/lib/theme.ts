// Light, dark, or as the system has it.
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";

const listeners = new Set<() => void>();

export const theme = (): Theme => (localStorage.getItem("theme") as Theme | null) ?? "system";

export function setTheme(wanted: Theme) {
  localStorage.setItem("theme", wanted);
  if (wanted === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export const useTheme = () => useSyncExternalStore(subscribe, theme);

export const isDark = () =>
  theme() === "dark" || (theme() === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
