// Fields of forms: a label above, a hint or a fault beneath, and the control between.
import { clsx } from "clsx";
import { useEffect, useId, useMemo, useRef, useState, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "~/lib/commands";

export const CONTROL =
  "w-full rounded-control border border-control bg-surface px-2.5 text-base text-text hover:border-text3 disabled:bg-hover pointer-coarse:min-h-11 aria-invalid:border-err";

/** Text with names of things between backticks. */
export function Coded({ text }: { text: string }) {
  return text.split("`").map((it, n) => (n % 2 ? <code key={n} className="text-[0.95em]">{it}</code> : it.replaceAll("*", "")));
}

/** What was said of a thing, with its name between backticks. */
export const Said = ({ text }: { text: string }) => text.split("`").map((it, n) => (n % 2 ? <code key={n} className="text-[0.95em]">{it}</code> : it));

interface FieldProps {
  label: string;
  hint?: ReactNode;
  fault?: string;
  aside?: ReactNode;
  required?: boolean;
  children: (ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

export function Field({ label, hint, fault, aside, required, children }: FieldProps) {
  const id = useId();
  const describes = fault ? `${id}-fault` : hint ? `${id}-hint` : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-center justify-between gap-2">
        <label htmlFor={id} className="font-medium">
          {label}
          {required && <span className="text-text3" aria-hidden> *</span>}
        </label>
        {aside}
      </div>
      {children({ id, "aria-describedby": describes, "aria-invalid": fault ? true : undefined })}
      {fault ? (
        <p id={`${id}-fault`} className="text-small text-err">{fault}</p>
      ) : (
        hint && <p id={`${id}-hint`} className="text-small text-text3">{typeof hint === "string" ? <Coded text={hint} /> : hint}</p>
      )}
    </div>
  );
}

type TextProps = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange"> & {
  label: string;
  hint?: ReactNode;
  fault?: string;
  onValue: (value: string) => void;
};

export function TextField({ label, hint, fault, onValue, className, ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint} fault={fault} required={rest.required}>
      {(ids) => (
        <input {...ids} {...rest} className={clsx(CONTROL, "h-8", className)} onChange={(event) => onValue(event.target.value)} />
      )}
    </Field>
  );
}

export function Input(props: InputHTMLAttributes<HTMLInputElement>) {
  return <input {...props} className={clsx(CONTROL, "h-8", props.className)} />;
}

export function Area(props: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) {
  return <textarea {...props} className={clsx(CONTROL, "min-h-20 py-1.5", props.className)} />;
}

export function Check({ label, checked, onCheck }: { label: string; checked: boolean; onCheck: (is: boolean) => void }) {
  return (
    <label className="flex items-center gap-2 pointer-coarse:min-h-11">
      <input type="checkbox" className="size-4 accent-[var(--accent)]" checked={checked} onChange={(event) => onCheck(event.target.checked)} />
      {label}
    </label>
  );
}

/** Of selects above a list: as wide as their words, and on a narrow screen the row is filled. */
export const NARROWING = "w-auto! max-w-full max-sm:flex-auto max-sm:field-sizing-content";

export function Select(props: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select {...props} className={clsx(CONTROL, "h-8 pr-7 text-ellipsis", props.className)} />;
}

/** Pause after the last key before what was typed counts. */
const SETTLED_AFTER_MS = 250;

interface SearchProps {
  label: string;
  value: string;
  onText: (text: string) => void;
  className?: string;
}

/** A field that narrows a list; `/` leads to it. */
export function Search({ label, value, onText, className }: SearchProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const [sent, setSent] = useState(value);
  // Cleared or changed from elsewhere; what came of one's own typing may be behind it already.
  if (value !== known) {
    setKnown(value);
    if (value !== sent) setText(value);
  }
  // What else narrows the list may have changed meanwhile.
  const tell = useRef(onText);
  useEffect(() => {
    tell.current = onText;
  });
  useEffect(() => {
    if (text === sent) return;
    const timer = setTimeout(() => {
      setSent(text);
      tell.current(text);
    }, SETTLED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, sent]);
  useCommands(useMemo(() => [{ id: "search", title: t("Search this list"), group: t("Anywhere"), keys: "/", run: () => field.current?.focus() }], [t]));
  return <input ref={field} type="search" aria-label={label} placeholder={label} autoComplete="off" value={text} onChange={(event) => setText(event.target.value)} className={clsx(CONTROL, "h-8", className)} />;
}
