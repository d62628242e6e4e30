// Light, dark, or as the system has it.
export type Theme = "light" | "dark" | "system";

export const theme = (): Theme => (localStorage.getItem("theme") as Theme | null) ?? "system";

export function setTheme(wanted: Theme) {
  localStorage.setItem("theme", wanted);
  if (wanted === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}

export const isDark = () =>
  theme() === "dark" || (theme() === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
