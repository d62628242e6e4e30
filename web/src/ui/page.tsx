// The frame of a page: its top bar, and what stands in for content that is not there.
import { clsx } from "clsx";
import { useEffect, type ReactNode } from "react";

export function Page({ title, aside, children, wide }: { title: string; aside?: ReactNode; children: ReactNode; wide?: boolean }) {
  useTitle(title);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-2 border-b px-5 py-2 max-sm:px-4">
        <h1 className="mr-auto min-w-0 truncate text-title font-semibold">{title}</h1>
        {aside}
      </header>
      <div className="min-h-0 flex-1 overflow-auto">
        <div className={clsx("px-7 py-5 max-sm:px-4", !wide && "max-w-6xl")}>{children}</div>
      </div>
    </div>
  );
}

export function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Tailorbird` : "Tailorbird";
  }, [title]);
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-card border border-dashed px-6 py-12 text-center">
      <p className="text-read text-text2">{title}</p>
      {children && <div className="flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

export function Loading({ label, rows = 6 }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} className="h-9 rounded-control bg-hover" style={{ opacity: 1 - n / (rows + 2) }} />
      ))}
    </div>
  );
}

export function Trouble({ title, message, again, againLabel, id }: { title: string; message: string; again?: () => void; againLabel: string; id?: string }) {
  return (
    <div role="alert" className="flex flex-col items-start gap-2 rounded-card border border-err bg-err-soft px-4 py-3">
      <p className="font-semibold">{title}</p>
      <p className="break-words text-text2">{message}</p>
      <div className="flex items-center gap-3">
        {again && (
          <button type="button" onClick={again} className="font-medium text-accent-text underline">
            {againLabel}
          </button>
        )}
        {id && <code className="text-small text-text3">{id}</code>}
      </div>
    </div>
  );
}

export function Table({ head, children, label }: { head: ReactNode[]; children: ReactNode; label: string }) {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse text-left">
        <thead>
          <tr className="border-b">
            {head.map((it, n) => (
              <th key={n} scope="col" className="has-[>.wide]:max-sm:hidden h-8 pr-4 text-small font-medium whitespace-nowrap text-text3">{it}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export const ROW = "border-b hover:bg-hover";
export const CELL = "h-9 max-w-72 truncate pr-4 max-sm:max-w-44 pointer-coarse:h-11";
