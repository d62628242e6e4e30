// Lists of rows: names with values, names with types and values, or small forms.
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FormField } from "~/api/types";
import { Button, IconButton } from "~/ui/button";
import { Coded, Input, Select } from "~/ui/field";
import { Expression } from "./expression";
import { NodeForm, type Values } from "./form";
import { useTypeWords } from "./operations";
import { droppedText, type Trial } from "./reference";

const TYPES = ["string", "number", "boolean", "array", "object", "any", "binary"];

interface Props {
  field: FormField;
  value: unknown;
  trial: Trial;
  onChange: (value: unknown) => void;
}

export function Rows({ field, value, trial, onChange }: Props) {
  const { t } = useTranslation();
  const type = useTypeWords();
  const rows = Array.isArray(value) ? (value as Values[]) : [];
  const set = (at: number, fields: Values) => onChange(rows.map((it, n) => (n === at ? { ...it, ...fields } : it)));
  const fresh = (): Values => (field.kind === "assignments" ? { name: "", type: "string", value: "" } : field.kind === "pairs" ? { name: "", value: "" } : {});
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="font-medium">{field.title}</legend>
      {field.help && <p className="text-small text-text3"><Coded text={field.help} /></p>}
      {rows.map((row, n) => (
        <div key={n} className="flex items-start gap-2 rounded-card border p-2">
          <div className="min-w-0 flex-1">
            {field.kind === "list" && field.form ? (
              <NodeForm form={field.form} values={row} trial={trial} onChange={(name, it) => set(n, { [name]: it })} />
            ) : (
              <div className="flex flex-col gap-2">
                <div className="flex gap-2">
                  <Input aria-label={t("Name {{n}}", { n: n + 1 })} placeholder={t("name")} value={textOf(row.name)} onChange={(event) => set(n, { name: event.target.value })} />
                  {field.kind === "assignments" && (
                    <Select aria-label={t("Type {{n}}", { n: n + 1 })} className="w-28!" value={textOf(row.type)} onChange={(event) => set(n, { type: event.target.value })}>
                      {TYPES.map((it) => <option key={it} value={it}>{type(it)}</option>)}
                    </Select>
                  )}
                </div>
                <ValueField label={t("Value {{n}}", { n: n + 1 })} placeholder={t("value")} value={row.value} trial={trial} onChange={(it) => set(n, { value: it })} />
              </div>
            )}
          </div>
          <IconButton label={t("Remove row {{n}}", { n: n + 1 })} onClick={() => onChange(rows.filter((_, at) => at !== n))}><Trash2 size={16} strokeWidth={1.75} /></IconButton>
        </div>
      ))}
      <Button small className="self-start" icon={<Plus size={14} strokeWidth={1.9} />} onClick={() => onChange([...rows, fresh()])}>{t("Add a row")}</Button>
    </fieldset>
  );
}

const textOf = (value: unknown) => (typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value));

/** A text that becomes an expression as soon as it has braces in it. */
export function ValueField({ label, placeholder, value, trial, autoFocus, onChange }: { label: string; placeholder?: string; value: unknown; trial: Trial; autoFocus?: boolean; onChange: (value: unknown) => void }) {
  const text = textOf(value);
  const [isTyped, setTyped] = useState(false);
  if (text.startsWith("=")) return <Expression label={label} value={text} trial={trial} autoFocus={isTyped} onChange={onChange} />;
  return (
    <Input
      aria-label={label}
      placeholder={placeholder}
      autoFocus={autoFocus}
      value={text}
      onChange={(event) => {
        const isExpression = event.target.value.includes("{{");
        setTyped(isExpression);
        onChange(isExpression ? `=${event.target.value}` : event.target.value);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const dropped = droppedText(event.dataTransfer, false);
        if (!dropped) return;
        event.preventDefault();
        onChange(`=${text}${dropped}`);
      }}
    />
  );
}
