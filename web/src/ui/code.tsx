// A field for code and expressions. What it is made of is fetched when the first one is shown; until then it is a plain one.
import { lazy, Suspense, useRef } from "react";
import { clsx } from "clsx";
import { Area } from "./field";

export interface Suggestion {
  label: string;
  detail?: string;
  kind: string;
  /** What is written instead of the label. */
  apply?: string;
  /** How many characters before it go, such as a dot. */
  eats?: number;
}

export interface CodeProps {
  id?: string;
  "aria-describedby"?: string;
  label: string;
  value: string;
  /** `expression` is text with `{{ }}` in it. */
  language: "expression" | "javascript";
  onChange: (value: string) => void;
  /** What can come next where the cursor stands. */
  suggest?: (text: string, at: number) => { from: number; options: Suggestion[] } | undefined;
  /** The text that is written for what was dropped; `before` is the text up to there. */
  onDropped?: (data: DataTransfer, before: string) => string | undefined;
  /** Takes the cursor, at its end, when it appears. */
  autoFocus?: boolean;
}

const load = () => import("./code/mirror");
const Mirror = lazy(load);

/** Fetches what such a field is made of, before there is one. */
export const prepareCode = () => void load();

/** Where the cursor stands in the plain field; nothing when it does not stand there. */
export type Cursor = number | undefined;

export function CodeField(props: CodeProps) {
  const cursor = useRef<Cursor>(props.autoFocus ? props.value.length : undefined);
  const takeCursor = (area: HTMLTextAreaElement | null) => {
    if (!area || cursor.current === undefined || document.activeElement === area) return;
    area.focus();
    area.setSelectionRange(cursor.current, cursor.current);
  };
  const { label, language, suggest: _, onDropped: __, autoFocus: ___, onChange, ...rest } = props;
  const plain = (
    <Area
      {...rest}
      aria-label={label}
      spellCheck={false}
      className={clsx("bg-sunken font-mono text-small", language === "javascript" ? "min-h-40" : "min-h-8!")}
      ref={takeCursor}
      onSelect={(event) => { cursor.current = event.currentTarget.selectionStart; }}
      onBlur={() => { cursor.current = undefined; }}
      onChange={(event) => onChange(event.target.value)}
    />
  );
  return <Suspense fallback={plain}><Mirror {...props} cursor={cursor} /></Suspense>;
}
