// Numbers that a browser keeps for whoever sits there, such as how wide a pane is.
import { useState } from "react";

export function useKept(key: string, usual: number): [number, (next: number) => void] {
  const [value, setValue] = useState(() => {
    const kept = Number(localStorage.getItem(key) ?? Number.NaN);
    return Number.isFinite(kept) ? kept : usual;
  });
  const keep = (next: number) => {
    localStorage.setItem(key, String(next));
    setValue(next);
  };
  return [value, keep];
}
