// An expression with its result: always shown, for the first item of the last run.
import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useEffect, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { Area } from "~/ui/field";
import { reference, type Trial } from "./form";

/** Pause after the last key before the server is asked. */
const ASK_AFTER_MS = 300;

export function Expression({ value, trial, onChange, ...ids }: { id?: string; "aria-label"?: string; "aria-describedby"?: string; value: string; trial: Trial; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const text = value.slice(1);
  const settled = useSettled(text);
  const result = useQuery({
    queryKey: ["evaluate", settled, trial],
    queryFn: () => body(api.POST("/api/expressions/evaluate", { body: { expression: settled, executionId: trial.executionId, node: trial.executionId ? trial.node : undefined } })),
    enabled: settled.trim().length > 0,
    retry: false,
    staleTime: 10_000,
  });
  const drop = (event: DragEvent) => {
    const path = event.dataTransfer.getData("text/x-field");
    if (!path) return;
    event.preventDefault();
    onChange(`=${text}{{ ${reference(path)} }}`);
  };
  const shown = result.data?.result;
  return (
    <div>
      <Area {...ids} spellCheck={false} rows={Math.min(8, text.split("\n").length)} className="min-h-8! bg-sunken font-mono text-small" value={text} onChange={(event) => onChange(`=${event.target.value}`)} onDragOver={(event) => event.preventDefault()} onDrop={drop} />
      {settled.trim() && (
        <output className={clsx("block truncate text-small", result.isError ? "text-err" : "text-ok")}>
          {result.isError ? messageOf(result.error) : result.data ? `${t("Result")}: ${typeof shown === "string" ? shown : JSON.stringify(shown ?? null)}` : ""}
        </output>
      )}
    </div>
  );
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
