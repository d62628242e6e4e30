// Rules of a route in one direction: rows that rename, add and remove.
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "~/ui/button";
import { Input, Select } from "~/ui/field";
import { newRule, type Rule } from "./gateway-draft";

export function RuleRows({ title, about, rows, onRows }: { title: string; about: string; rows: Rule[]; onRows: (rows: Rule[]) => void }) {
  const { t } = useTranslation();
  const change = (key: number, part: Partial<Rule>) => onRows(rows.map((it) => (it.key === key ? { ...it, ...part } : it)));
  const values = { add: t("value"), rename: t("new name"), remove: "" };
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="font-medium">{title}</legend>
      <p className="text-small text-text3">{about}</p>
      {rows.map((it, n) => (
        <div key={it.key} role="group" aria-label={t("Rule {{number}}", { number: n + 1 })} className="flex flex-wrap items-center gap-2 max-sm:rounded-control max-sm:border max-sm:p-2">
          <Select aria-label={t("What to do")} className="w-24! sm:w-28!" value={it.action} onChange={(event) => change(it.key, { action: event.target.value as Rule["action"] })}>
            <option value="add">{t("Add")}</option>
            <option value="rename">{t("Rename")}</option>
            <option value="remove">{t("Remove")}</option>
          </Select>
          <Select aria-label={t("Of what")} className="w-24! sm:w-28!" value={it.part} onChange={(event) => change(it.key, { part: event.target.value as Rule["part"] })}>
            <option value="header">{t("header")}</option>
            <option value="field">{t("field")}</option>
          </Select>
          <Input aria-label={it.part === "header" ? t("Header") : t("Field")} placeholder={it.part === "header" ? "X-Shop" : "customer.city"} required maxLength={200} spellCheck={false} className="min-w-28 flex-1 basis-28 font-mono text-small max-sm:order-last" value={it.name} onChange={(event) => change(it.key, { name: event.target.value })} />
          {it.action !== "remove" && <Input aria-label={it.action === "rename" ? t("New name") : t("Value")} placeholder={values[it.action]} required={it.action === "rename"} spellCheck={false} className="min-w-28 flex-1 basis-28 font-mono text-small max-sm:order-last" value={it.value} onChange={(event) => change(it.key, { value: event.target.value })} />}
          <IconButton label={t("Remove the rule")} onClick={() => onRows(rows.filter((row) => row.key !== it.key))}><X size={16} strokeWidth={1.75} /></IconButton>
        </div>
      ))}
      <Button small className="self-start" icon={<Plus size={14} strokeWidth={1.75} />} onClick={() => onRows([...rows, newRule()])}>{t("Add a rule")}</Button>
    </fieldset>
  );
}
