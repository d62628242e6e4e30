// Rows that compare, joined by and / or.
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FormField } from "~/api/types";
import { Button, IconButton } from "~/ui/button";
import { Select } from "~/ui/field";
import { useOperationWords, useTypeWords } from "./operations";
import type { Trial } from "./reference";
import { ValueField } from "./rows";

interface Row {
  left?: unknown;
  type?: string;
  operation?: string;
  right?: unknown;
}
interface Rows {
  combine?: string;
  rows?: Row[];
  ignoreCase?: boolean;
  convert?: boolean;
}

const ANY = ["empty", "notEmpty", "exists", "notExists"];
const ORDER = ["equals", "notEquals", "gt", "gte", "lt", "lte"];
const TEXTS = ["equals", "notEquals", "contains", "notContains", "startsWith", "notStartsWith", "endsWith", "notEndsWith", "regex", "notRegex"];
const OPERATIONS: Record<string, string[]> = {
  string: [...TEXTS, ...ANY],
  number: [...ORDER, ...ANY],
  boolean: ["true", "false", "equals", "notEquals", ...ANY],
  dateTime: ["equals", "notEquals", "after", "afterOrEquals", "before", "beforeOrEquals", ...ANY],
  array: ["contains", "notContains", "lengthEquals", "lengthNotEquals", "lengthGt", "lengthGte", "lengthLt", "lengthLte", ...ANY],
  object: ANY,
  any: [...ORDER, "contains", "notContains", "true", "false", ...ANY],
};
const ALONE = new Set([...ANY, "true", "false"]);

/** Numbers are written as numbers, so that they compare as such. */
const read = (type: string | undefined, value: unknown) => (type === "number" && typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value);

export function Conditions({ field, value, trial, onChange }: { field: FormField; value: unknown; trial: Trial; onChange: (value: unknown) => void }) {
  const { t } = useTranslation();
  const operation = useOperationWords();
  const type = useTypeWords();
  // A row that has just been added is what one goes on with.
  const [added, setAdded] = useState<number>();
  const all = (value ?? {}) as Rows;
  const rows = all.rows ?? [];
  const set = (at: number, fields: Row) => onChange({ ...all, rows: rows.map((it, n) => (n === at ? { ...it, ...fields } : it)) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="font-medium">{field.title}</legend>
      {rows.map((row, n) => (
        <div key={n} className="flex items-start gap-2 rounded-card border p-2">
          <div className="flex min-w-0 flex-1 flex-col gap-2">
            <ValueField label={t("Left {{n}}", { n: n + 1 })} placeholder={t("what is looked at")} value={row.left} trial={trial} autoFocus={added === n} onChange={(left) => set(n, { left })} />
            <div className="flex gap-2">
              <Select aria-label={t("Type {{n}}", { n: n + 1 })} value={row.type ?? "string"} onChange={(event) => set(n, { type: event.target.value, operation: OPERATIONS[event.target.value]?.[0] })}>
                {Object.keys(OPERATIONS).map((it) => <option key={it} value={it}>{type(it)}</option>)}
              </Select>
              <Select aria-label={t("Operation {{n}}", { n: n + 1 })} value={row.operation ?? "equals"} onChange={(event) => set(n, { operation: event.target.value })}>
                {(OPERATIONS[row.type ?? "string"] ?? ANY).map((it) => <option key={it} value={it}>{operation(it)}</option>)}
              </Select>
            </div>
            {!ALONE.has(row.operation ?? "equals") && <ValueField label={t("Right {{n}}", { n: n + 1 })} placeholder={t("compared with")} value={row.right} trial={trial} onChange={(right) => set(n, { right: read(row.type, right) })} />}
          </div>
          <IconButton label={t("Remove row {{n}}", { n: n + 1 })} onClick={() => onChange({ ...all, rows: rows.filter((_, at) => at !== n) })}><Trash2 size={16} strokeWidth={1.75} /></IconButton>
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-3">
        <Button small icon={<Plus size={14} strokeWidth={1.9} />} onClick={() => { setAdded(rows.length); onChange({ combine: "and", ...all, rows: [...rows, { left: "", type: "string", operation: "equals", right: "" }] }); }}>{t("Add a condition")}</Button>
        {rows.length > 1 && (
          <Select aria-label={t("Joined by")} className="h-7! w-auto!" value={all.combine ?? "and"} onChange={(event) => onChange({ ...all, combine: event.target.value })}>
            <option value="and">{t("all of them")}</option>
            <option value="or">{t("one of them")}</option>
          </Select>
        )}
        <label className="flex items-center gap-1.5 text-small"><input type="checkbox" className="accent-[var(--accent)]" checked={all.convert ?? false} onChange={(event) => onChange({ ...all, convert: event.target.checked })} />{t("Convert types")}</label>
        <label className="flex items-center gap-1.5 text-small"><input type="checkbox" className="accent-[var(--accent)]" checked={all.ignoreCase ?? false} onChange={(event) => onChange({ ...all, ignoreCase: event.target.checked })} />{t("Ignore case")}</label>
      </div>
    </fieldset>
  );
}
