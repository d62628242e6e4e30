// What goes in or comes out of a step, in three views.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Item } from "~/api/types";
import { clsx } from "clsx";
import { Files, type Source } from "./files";

type View = "table" | "json" | "schema";
const ROWS_MAX = 100;
const COLUMNS_MAX = 20;
type Fields = Record<string, unknown>;

const fieldsOf = (item: Item): Fields => (item.json && typeof item.json === "object" ? (item.json as Fields) : {});
const short = (value: unknown) => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

/** `onField` makes each field a button that hands over its path, such as `customer.name`. */
export function Items({ title, items, total, source, onField }: { title: string; items: Item[]; total: number; source?: Source; onField?: (path: string) => void }) {
  const { t } = useTranslation();
  const [view, setView] = useState<View>(onField ? "schema" : "table");
  const views: [View, string][] = [["table", t("Table")], ["json", t("JSON")], ["schema", t("Schema")]];
  return (
    <section className="flex min-w-0 flex-col gap-2" aria-label={title}>
      <div className="flex items-center gap-2">
        <h3 className="min-w-0 truncate font-semibold" title={title}>{title}</h3>
        <span className="shrink-0 text-text3">{t("{{count}} items", { count: total })}</span>
        <div className="ml-auto flex shrink-0 overflow-hidden rounded-control border border-control" role="group" aria-label={t("View")}>
          {views.map(([it, name]) => (
            <button key={it} type="button" aria-pressed={it === view} onClick={() => setView(it)} className={clsx("h-7 border-r px-2 text-small last:border-r-0", it === view ? "bg-accent-soft font-medium text-accent-text" : "text-text2 hover:bg-hover")}>{name}</button>
          ))}
        </div>
      </div>
      {items.length === 0 ? <p className="text-text2">{t("No items.")}</p> : view !== "json" && items.every(isBare) ? <p className="text-text2">{t("There are no fields in them.")}</p> : view === "table" ? <AsTable items={items} label={title} /> : view === "json" ? <AsJson items={items} label={title} /> : <AsSchema items={items} onField={onField} />}
      <Files items={items} source={source} />
      {items.length < total && <p className="text-small text-text3">{t("The first {{count}} are shown.", { count: items.length })}</p>}
    </section>
  );
}

const isBare = (it: Item) => Object.keys(fieldsOf(it)).length === 0;

function AsTable({ items, label }: { items: Item[]; label: string }) {
  const rows = items.slice(0, ROWS_MAX);
  const columns = [...new Set(rows.flatMap((it) => Object.keys(fieldsOf(it))))].slice(0, COLUMNS_MAX);
  return (
    <div className="max-h-96 overflow-auto rounded-card border" tabIndex={0} role="group" aria-label={label}>
      <table className="w-full border-collapse text-left text-small">
        <thead><tr>{columns.map((it) => <th key={it} scope="col" className="sticky top-0 border-b bg-sunken px-2 py-1.5 font-medium whitespace-nowrap text-text3">{it}</th>)}</tr></thead>
        <tbody>
          {rows.map((it, n) => (
            <tr key={n} className="border-b last:border-b-0">{columns.map((name) => <td key={name} className="max-w-48 truncate px-2 py-1.5" title={short(fieldsOf(it)[name])}>{short(fieldsOf(it)[name])}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AsJson({ items, label }: { items: Item[]; label: string }) {
  return <pre tabIndex={0} aria-label={label} className="max-h-96 overflow-auto rounded-card border bg-sunken p-2 text-small">{JSON.stringify(items.slice(0, ROWS_MAX).map((it) => it.json), null, 2)}</pre>;
}

function AsSchema({ items, onField }: { items: Item[]; onField?: (path: string) => void }) {
  const rows = paths(items[0]?.json);
  return (
    <ul className="max-h-96 overflow-auto rounded-card border">
      {rows.map(([path, value]) => (
        <li key={path} className="flex gap-3 border-b px-2 py-1.5 text-small last:border-b-0">
          {onField ? (
            <button type="button" draggable onDragStart={(event) => event.dataTransfer.setData("text/x-field", path)} onClick={() => onField(path)} className="cursor-grab font-mono text-accent-text hover:underline">{path}</button>
          ) : (
            <code>{path}</code>
          )}
          <span className="min-w-0 flex-1 truncate text-right text-text2" title={short(value)}>{short(value)}</span>
        </li>
      ))}
    </ul>
  );
}

const DEPTH_MAX = 4;

/** Each leaf of a value with the way to it. */
export function paths(value: unknown, before = "", depth = 0): [string, unknown][] {
  if (value === null || typeof value !== "object" || depth >= DEPTH_MAX) return [[before, value]];
  const entries: [string, unknown][] = Array.isArray(value) ? (value.length ? [[`${before}[0]`, value[0]]] : []) : Object.entries(value as Fields).map(([name, it]) => [step(before, name), it]);
  if (!entries.length) return before ? [[before, value]] : [];
  return entries.flatMap(([path, it]) => paths(it, path, depth + 1));
}

const step = (before: string, name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? (before ? `${before}.${name}` : name) : `${before}[${JSON.stringify(name)}]`);
