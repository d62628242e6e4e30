// A node's form, drawn from the data of its type: a new node type needs nothing here.
import { Fragment, useContext, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isShown } from "~/api/forms";
import type { Form, FormField } from "~/api/types";
import { Button } from "~/ui/button";
import { CodeField } from "~/ui/code";
import { Area, Field, Input, Select } from "~/ui/field";
import { complete } from "../words/complete";
import { ChosenCredentialType, ChosenWorkflow } from "./choosing";
import { Conditions } from "./conditions";
import { Expression } from "./expression";
import { KnownNames } from "./known";
import { droppedText, reference, type Trial } from "./reference";
import { Rows } from "./rows";

export type Values = Record<string, unknown>;

interface Props {
  form: Form;
  values: Values;
  trial: Trial;
  onChange: (name: string, value: unknown) => void;
  /** What stands behind a field. */
  beside?: (field: string) => ReactNode;
}

export function NodeForm({ form, values, trial, onChange, beside }: Props) {
  const shown = form.fields.filter((it) => isShown(form, it, values));
  const draw = (it: FormField) => (
    <Fragment key={it.name}>
      <FieldOf field={it} value={values[it.name] ?? it.default ?? undefined} trial={trial} onChange={(value) => onChange(it.name, value)} />
      {beside?.(it.name)}
    </Fragment>
  );
  if (shown.length <= WHOLE_MAX) return <div className="flex flex-col gap-4">{shown.map(draw)}</div>;
  const first = usual(shown, values);
  const rare = shown.filter((it) => !first.has(it));
  return (
    <div className="flex flex-col gap-4">
      {[...first].map(draw)}
      <Rare isSet={rare.some((it) => it.required || values[it.name] !== undefined)} n={rare.length}>{rare.map(draw)}</Rare>
    </div>
  );
}

/** A longer form shows its first fields, and the others on demand. */
const WHOLE_MAX = 13;
const FIRST_MAX = 10;

/** The first fields, and what a choice made there asks for. */
function usual(shown: readonly FormField[], values: Values): Set<FormField> {
  const res = new Set(shown.slice(0, FIRST_MAX));
  const isChosen = (name: string) => values[name] !== undefined && [...res].some((it) => it.name === name);
  for (const it of shown) if (it.show?.some((rule) => isChosen(rule.field))) res.add(it);
  return res;
}

function Rare({ isSet, n, children }: { isSet: boolean; n: number; children: ReactNode }) {
  const { t } = useTranslation();
  // What was opened stays open, also when its last value is taken out.
  const [isOpen, setOpen] = useState(isSet);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)} className="rounded-card border px-3 py-2">
      <summary className="cursor-pointer font-medium">{t("{{count}} more options", { count: n })}</summary>
      <div className="mt-3 flex flex-col gap-4">{children}</div>
    </details>
  );
}

const isExpression = (value: unknown): value is string => typeof value === "string" && value.startsWith("=");

interface FieldProps {
  field: FormField;
  value: unknown;
  trial: Trial;
  onChange: (value: unknown) => void;
}

export function FieldOf({ field, value, trial, onChange }: FieldProps) {
  const { t } = useTranslation();
  // Braces that are typed make an expression of the text: the cursor must not be lost over it.
  const [isTyped, setTyped] = useState(false);
  if (field.kind === "notice") return <p className="rounded-control bg-hover px-3 py-2 text-text2">{field.help ?? field.title}</p>;
  if (field.kind === "group") {
    return (
      <fieldset className="flex flex-col gap-3 border-l-2 pl-3">
        <legend className="mb-2 font-medium">{field.title}</legend>
        {field.form && <NodeForm form={field.form} values={(value as Values | undefined) ?? {}} trial={trial} onChange={(name, it) => onChange({ ...((value as Values | undefined) ?? {}), [name]: it })} />}
      </fieldset>
    );
  }
  if (["list", "pairs", "assignments"].includes(field.kind)) return <Rows field={field} value={value} trial={trial} onChange={onChange} />;
  if (field.kind === "conditions") return <Conditions field={field} value={value} trial={trial} onChange={onChange} />;
  const mayBe = field.expression !== false && field.kind !== "code";
  const is = mayBe && isExpression(value);
  const toggle = mayBe && (
    <Button small look="quiet" aria-pressed={is} aria-label={t("{{field}} as an expression", { field: field.title })} className="font-mono aria-pressed:bg-accent-soft aria-pressed:text-accent-text" onClick={() => onChange(is ? unwrapped(value) : `=${value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value)}`)}>
      fx
    </Button>
  );
  return (
    <Field label={field.title} hint={field.help} aside={toggle} required={field.required}>
      {(ids) =>
        is ? <Expression {...ids} label={field.title} value={value} trial={trial} autoFocus={isTyped} onChange={onChange} /> : field.kind === "code" ? <Script {...ids} field={field} value={value} onChange={onChange} /> : <Control ids={ids} field={field} value={value} onChange={(next) => { setTyped(isExpression(next)); onChange(next); }} />
      }
    </Field>
  );
}

function Script({ field, value, onChange, ...ids }: Ids & Pick<FieldProps, "field" | "value" | "onChange">) {
  const known = useContext(KnownNames);
  const text = typeof value === "string" ? value : "";
  return <CodeField {...ids} label={field.title} language="javascript" value={text} onChange={onChange} suggest={(all, at) => complete(all, at, known, true)} onDropped={(data) => droppedText(data, true)} />;
}

const unwrapped = (value: string) => value.slice(1);

type Ids = { id: string; "aria-describedby"?: string };

function Control({ ids, field, value, onChange }: { ids: Ids; field: FormField; value: unknown; onChange: (value: unknown) => void }) {
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
  // Two braces, or a field that is dropped, make an expression of the text.
  const write = (next: string) => onChange(field.expression !== false && /\{\{/.test(next) ? `=${next}` : next);
  const drop = (event: React.DragEvent) => {
    const path = event.dataTransfer.getData("text/x-field");
    if (!path || field.expression === false) return;
    event.preventDefault();
    onChange(`=${text}{{ ${reference(path)} }}`);
  };
  switch (field.kind) {
    case "bool":
      return <input {...ids} type="checkbox" className="size-4 self-start accent-[var(--accent)]" checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
    case "choice":
      return (
        <Select {...ids} value={JSON.stringify(value ?? null)} onChange={(event) => onChange(JSON.parse(event.target.value) as unknown)}>
          {value === undefined && <option value="null" />}
          {field.options?.map((it) => <option key={JSON.stringify(it.value)} value={JSON.stringify(it.value)}>{it.title}</option>)}
        </Select>
      );
    case "choices": {
      const chosen = Array.isArray(value) ? (value as unknown[]) : [];
      return (
        <div {...ids} role="group" className="flex flex-wrap gap-x-4 gap-y-1">
          {field.options?.map((it) => (
            <label key={JSON.stringify(it.value)} className="flex items-center gap-1.5">
              <input type="checkbox" className="size-4 accent-[var(--accent)]" checked={chosen.includes(it.value)} onChange={(event) => onChange(event.target.checked ? [...chosen, it.value] : chosen.filter((one) => one !== it.value))} />
              {it.title}
            </label>
          ))}
        </div>
      );
    }
    case "workflow":
      return <ChosenWorkflow ids={ids} value={text} onValue={onChange} />;
    case "credentialType":
      return <ChosenCredentialType ids={ids} value={text} onValue={onChange} />;
    case "number":
      return <Input {...ids} type="number" min={field.min ?? undefined} max={field.max ?? undefined} step={field.integer ? 1 : "any"} value={text} onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))} onDragOver={allow} onDrop={drop} />;
    case "json":
      return <Area {...ids} spellCheck={false} className="min-h-40 font-mono text-small" value={text} onChange={(event) => write(event.target.value)} onDragOver={allow} onDrop={drop} />;
    case "secret":
      return <Input {...ids} type="password" autoComplete="off" value={text} onChange={(event) => onChange(event.target.value)} />;
    default:
      return field.multiline ? (
        <Area {...ids} value={text} placeholder={field.placeholder} onChange={(event) => write(event.target.value)} onDragOver={allow} onDrop={drop} />
      ) : (
        <Input {...ids} value={text} placeholder={field.placeholder} onChange={(event) => write(event.target.value)} onDragOver={allow} onDrop={drop} />
      );
  }
}

const allow = (event: React.DragEvent) => event.preventDefault();
