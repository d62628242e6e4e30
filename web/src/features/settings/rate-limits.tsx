// How often callers of the workspace may ask.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";

type Limits = Schemas["WorkspaceLimits"];
type Class = "api" | "upload" | "webhook" | "gateway";
const CLASSES: Class[] = ["api", "upload", "webhook", "gateway"];

export function RateLimits() {
  const { t } = useTranslation();
  const id = useMe()?.workspace?.id ?? "";
  const found = useQuery({ queryKey: ["limits", id], queryFn: () => body(api.GET("/api/workspaces/{id}/limits", { params: { path: { id } } })), enabled: id !== "" });
  if (found.error) return <Trouble title={t("The limits cannot be read")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />;
  if (!found.data) return <Loading rows={2} label={t("Reading the limits")} />;
  return <LimitsForm key={JSON.stringify(found.data.own)} id={id} limits={found.data} />;
}

function LimitsForm({ id, limits }: { id: string; limits: Limits }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isFixed = !useMay()("workspace.write");
  const before = Object.fromEntries(CLASSES.map((it) => [it, limits.own[it] ?? ""])) as Record<Class, string>;
  const [texts, setTexts] = useState(before);
  const labels: Record<Class, string> = { api: t("API, of each caller"), upload: t("Files, of each caller"), webhook: t("Webhooks, all together"), gateway: t("Services, all together") };
  const save = useMutation({
    mutationFn: () => {
      const own = Object.fromEntries(CLASSES.map((it) => [it, texts[it].trim() || null])) as Record<Class, string | null>;
      return body(api.PUT("/api/workspaces/{id}/limits", { params: { path: { id } }, body: { own } }));
    },
    onSuccess: (answer) => {
      client.setQueryData(["limits", id], answer);
      say(t("Saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const most = (it: Class) => limits.granted[it] ?? (it === "api" ? limits.plan.api : undefined) ?? limits.server[it];
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div>
        <h2 className="font-semibold">{t("How often callers may ask")}</h2>
        <p className="text-text2">{t("Such as 100/min, or per s, h or day. Empty is as often as the server lets.")}</p>
        {limits.plan.together && <p className="text-text2">{t("By its plan, all callers of the workspace together may ask {{rate}}.", { rate: limits.plan.together })}</p>}
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        {CLASSES.map((it) => {
          const limit = most(it);
          return <TextField key={it} label={labels[it]} disabled={isFixed} placeholder={limit ?? undefined} hint={limit ? t("At most {{rate}}", { rate: limit }) : t("Without limit")} value={texts[it]} onValue={(text) => setTexts({ ...texts, [it]: text })} />;
        })}
      </div>
      {save.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(save.error)}</p>}
      {!isFixed && <Button type="submit" className="self-start" disabled={save.isPending || CLASSES.every((it) => texts[it] === before[it])}>{t("Save")}</Button>}
    </form>
  );
}
