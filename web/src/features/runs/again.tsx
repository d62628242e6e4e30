// Runs the same again: from the start or from a step, with its input as it was or edited.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { ExecutionDetail, Item } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Select } from "~/ui/field";
import { inputOf, itemsOf } from "./input";

/** `from` is the node to begin at; empty is the start. */
export function Again({ run, from, onClose }: { run: ExecutionDetail; from: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [node, setNode] = useState(from);
  const input = inputOf(run, node);
  const before = JSON.stringify(input.items.map((it) => it.json), null, 2);
  const [text, setText] = useState<string>();
  const isEdited = text !== undefined && text !== before;
  const edited: Item[] | undefined = isEdited ? itemsOf(text) : undefined;
  const fault = isEdited && !edited ? t("This is no list of JSON objects.") : undefined;
  const canEdit = input.total > 0 && input.items.length === input.total;
  const start = useMutation({
    mutationFn: () => body(api.POST("/api/executions/{id}/replay", { params: { path: { id: run.id } }, body: { from: node || undefined, items: edited } })),
    onSuccess: async (next) => {
      await client.invalidateQueries({ queryKey: ["executions"] });
      onClose();
      await navigate({ to: "/executions/$id", params: { id: next.executionId }, search: {} });
    },
  });
  const names = [...new Set(run.steps.items.slice(1).map((it) => it.node))];
  const change = (name: string) => {
    setNode(name);
    setText(undefined);
  };
  return (
    <Dialog open onClose={onClose} wide title={t("Replay this run")} about={t("A new run of the same version, with new keys: what it does outside happens again. This one stays as it is.")} closeLabel={t("Close")}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!fault) start.mutate();
        }}
      >
        <Field label={t("Begin at")} hint={node ? t("What was recorded before this step is taken over.") : undefined}>
          {(ids) => (
            <Select {...ids} value={node} onChange={(event) => change(event.target.value)}>
              <option value="">{t("The start")}</option>
              {names.map((it) => <option key={it} value={it}>{it}</option>)}
            </Select>
          )}
        </Field>
        <Field label={t("Input")} fault={fault} hint={canEdit ? (isEdited ? t("Edited; the run gets this.") : t("As it was recorded. Change it to run with something else.")) : t("It has too much, or nothing that could be edited here; the run gets what was recorded.")}>
          {(ids) => <Area {...ids} spellCheck={false} className="min-h-56 font-mono text-small" disabled={!canEdit} value={text ?? before} onChange={(event) => setText(event.target.value)} />}
        </Field>
        {start.isError && <p role="alert" className="text-err">{messageOf(start.error)}</p>}
        <div className="flex justify-end gap-2">
          {isEdited && <Button onClick={() => setText(undefined)}>{t("As recorded")}</Button>}
          <Button type="submit" look="primary" disabled={start.isPending || Boolean(fault)}>{t("Replay")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
