// Whoever looks after the server gives a workspace credits, which stay until they are spent.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { newId } from "~/lib/ids";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { TextField } from "~/ui/field";
import { say } from "~/ui/toast";
import { amountIn, CREDITS_MAX } from "./amounts";

export function CreditsDialog({ workspace, onClose }: { workspace: Schemas["Workspace"]; onClose: () => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const [text, setText] = useState("1000");
  // Tried again after a silence, the same gift comes once.
  const [key] = useState(newId);
  const n = amountIn(text);
  const isFine = n !== undefined && n <= CREDITS_MAX;
  const give = useMutation({
    mutationFn: (credits: number) => body(api.POST("/api/platform/credits", { body: { workspaceId: workspace.id, key, credits } })),
    onSuccess: async ({ credits }) => {
      say(credits == null ? t("Given; the plan has as many as one likes.") : t("Given. It has {{credits}} left now.", { credits: times.number(credits) }));
      onClose();
      await client.invalidateQueries({ queryKey: ["credits"] });
      await client.invalidateQueries({ queryKey: ["ledger"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isFine) give.mutate(n);
  };
  return (
    <Dialog open onClose={onClose} title={t("Credits of “{{name}}”", { name: workspace.name })} about={t("They come on top of those of the plan, and stay until they are spent.")} closeLabel={t("Close")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t("How many")} type="number" min={1} max={CREDITS_MAX} step={1} autoFocus className="w-40!" value={text} onValue={setText} fault={isFine ? undefined : t("A whole number from 1 to {{max}}", { max: times.number(CREDITS_MAX) })} />
        {give.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(give.error)}</p>}
        <Button type="submit" look="primary" className="self-end" disabled={!isFine || give.isPending}>{t("Give credits")}</Button>
      </form>
    </Dialog>
  );
}
