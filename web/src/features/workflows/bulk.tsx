// What is done with many workflows at once, one after the other, and what became of it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import type { WorkflowRow } from "~/api/types";
import { Button } from "~/ui/button";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { each } from "./each";
import { Sorting } from "./sorting";

export function Bulk({ rows, onDone }: { rows: WorkflowRow[]; onDone: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [isSorting, setSorting] = useState(false);
  const act = useMutation({
    mutationFn: (work: (row: WorkflowRow) => Promise<unknown>) => each(rows, work),
    onSuccess: (faults) => {
      if (faults.length) say(t("{{count}} could not be changed: {{why}}", { count: faults.length, why: faults[0] }), "error");
      else onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["workflows"] }),
  });
  const path = (row: WorkflowRow) => ({ params: { path: { id: row.id } } });
  const remove = async () => {
    const isSure = await ask(t("Delete {{count}} workflows? Their versions go with them.", { count: rows.length }), t("Delete"));
    if (isSure) act.mutate((row) => api.DELETE("/api/workflows/{id}", path(row)));
  };
  return (
    <div role="group" aria-label={t("What to do with the chosen ones")} className="mb-2 flex flex-wrap items-center gap-2 rounded-control bg-accent-soft px-3 py-1.5">
      <span role="status" className="mr-2 font-medium">{t("{{count}} chosen", { count: rows.length })}</span>
      {may("workflows.publish") && <Button small disabled={act.isPending} onClick={() => act.mutate((row) => api.POST("/api/workflows/{id}/publish", { ...path(row), body: {} }))}>{t("Publish")}</Button>}
      {may("workflows.publish") && <Button small disabled={act.isPending} onClick={() => act.mutate((row) => (row.active ? api.POST("/api/workflows/{id}/unpublish", path(row)) : Promise.resolve()))}>{t("Unpublish")}</Button>}
      {may("workflows.write") && <Button small disabled={act.isPending} onClick={() => setSorting(true)}>{t("Folder and tags")}</Button>}
      {may("workflows.delete") && <Button small look="danger" disabled={act.isPending} onClick={() => void remove()}>{t("Delete")}</Button>}
      <Button small look="quiet" onClick={onDone}>{t("Choose none")}</Button>
      {isSorting && <Sorting rows={rows} onClose={() => setSorting(false)} />}
    </div>
  );
}
