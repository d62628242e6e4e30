// Menus that open from a button.
import * as Radix from "@radix-ui/react-dropdown-menu";
import { clsx } from "clsx";
import type { ReactNode } from "react";

export interface Entry {
  label: string;
  onSelect: () => void;
  danger?: boolean;
  checked?: boolean;
  icon?: ReactNode;
}

export function Menu({ trigger, entries, align = "end" }: { trigger: ReactNode; entries: (Entry | "line")[]; align?: "start" | "end" }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={4} className="z-50 max-h-[70vh] min-w-48 overflow-auto rounded-card border bg-surface p-1 shadow-sh2">
          {entries.map((it, n) =>
            it === "line" ? (
              <Radix.Separator key={n} className="my-1 h-px bg-line" />
            ) : (
              <Radix.Item
                key={n}
                onSelect={it.onSelect}
                className={clsx(
                  "flex cursor-pointer items-center gap-2 rounded-chip px-2 py-1.5 outline-none data-highlighted:bg-hover pointer-coarse:py-3",
                  it.danger && "text-err",
                  it.checked && "font-semibold text-accent-text",
                )}
              >
                {it.icon}
                <span className="truncate">{it.label}</span>
                {it.checked && <span aria-hidden className="ml-auto pl-3">✓</span>}
              </Radix.Item>
            ),
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
