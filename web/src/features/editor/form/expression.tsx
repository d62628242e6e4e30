// An expression with its result: always shown, for the first item that comes in.
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useContext, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Failure, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { CodeField } from "~/ui/code";
import { complete } from "../words/complete";
import { KnownNames } from "./known";
import { droppedText, type Trial } from "./reference";

/** Pause after the last key before the server is asked. */
const ASK_AFTER_MS = 300;

interface Props {
  id?: string;
  "aria-describedby"?: string;
  label: string;
  value: string;
  trial: Trial;
  /** It has just been made of a plain text: the cursor goes along. */
  autoFocus?: boolean;
  onChange: (value: string) => void;
}

export function Expression({ value, trial, onChange, ...rest }: Props) {
  const { t } = useTranslation();
  const known = useContext(KnownNames);
  const text = value.slice(1);
  const settled = useSettled(text);
  const { executionId, node } = trial;
  // Without a recorded run it is tried on the first item that comes in, such as a pinned one.
  const item = known.json as Schemas["Data"];
  const result = useQuery({
    queryKey: ["evaluate", settled, executionId, node, item],
    queryFn: () => evaluate(settled, item, executionId ? { executionId, node, inDraft: true } : undefined, trial.save),
    enabled: settled.trim().length > 0,
    retry: false,
    staleTime: 10_000,
  });
  const shown = result.data?.result;
  return (
    <div>
      <CodeField
        {...rest}
        language="expression"
        value={text}
        onChange={(next) => onChange(`=${next}`)}
        suggest={(all, at) => complete(all, at, known, false)}
        onDropped={(data, before) => droppedText(data, before.lastIndexOf("{{") > before.lastIndexOf("}}"))}
      />
      {settled.trim() && (
        <output className={clsx("block truncate text-small", result.isError ? "text-err" : "text-ok")}>
          {result.isError ? messageOf(result.error) : result.data ? `${t("Result")}: ${typeof shown === "string" ? shown : JSON.stringify(shown ?? null)}` : ""}
        </output>
      )}
    </div>
  );
}

async function evaluate(expression: string, item: Schemas["Data"], on?: Partial<Schemas["Trial"]>, save?: () => Promise<void>) {
  const ask = (more: Partial<Schemas["Trial"]>) => body(api.POST("/api/expressions/evaluate", { body: { expression, ...more } }));
  const isUnknown = (error: unknown) => on && error instanceof Failure && error.code === "node_not_found";
  try {
    return await ask(on ?? { item });
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  // The node was drawn a moment ago, and is not saved yet.
  await save?.().catch(() => undefined);
  try {
    return await ask(on ?? { item });
  } catch (error) {
    if (isUnknown(error)) return ask({ item });
    throw error;
  }
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
