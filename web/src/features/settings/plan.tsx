// The workspace's plan: what is used of it, how long it lasts, and whether anything may begin.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import type { PlanLimitName, WorkspaceUsage as Usage } from "~/api/types";
import { useWords } from "~/api/words";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Loading, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { shareOf } from "./amounts";
import { Billing } from "./billing";
import { useLimitWords } from "./limits";
import { PlansTable } from "./plans-table";

/** From this share on, a limit is near. */
const NEAR = 0.8;

export function Plan() {
  const { t } = useTranslation();
  const me = useMe();
  const id = me?.workspace?.id ?? "";
  const found = useQuery({ queryKey: ["usage", id], queryFn: () => body(api.GET("/api/workspaces/{id}/usage", { params: { path: { id } } })), enabled: id !== "" });
  if (found.isError) return <Trouble title={t("The plan could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />;
  if (!found.data) return <Loading rows={5} label={t("Reading the plan")} />;
  return (
    <div className="flex flex-col gap-8">
      <Terms usage={found.data} />
      <Meters usage={found.data} />
      <PlansTable plans={found.data.plans} current={found.data.plan} />
      <Billing key={id} id={id} usage={found.data} />
      <Activity id={id} usage={found.data} />
    </div>
  );
}

function Terms({ usage }: { usage: Usage }) {
  const { t } = useTranslation();
  const times = useTimes();
  const titleOf = useWords();
  const date = (text: string | null | undefined) => (text ? times.short(text) : "");
  const chosen = usage.plans.find((it) => it.name === usage.chosenPlan)?.title ?? usage.chosenPlan;
  const said = {
    active: usage.periodEndsAt ? t("It goes on after {{date}} by itself.", { date: date(usage.periodEndsAt) }) : t("It is there for good."),
    trialing: t("It is there to try until {{date}}; then what is free is left.", { date: date(usage.trialEndsAt) }),
    past_due: t("The last payment failed. Mend it soon, or what is free is left."),
    canceled: t("It ends on {{date}}; then what is free is left.", { date: date(usage.periodEndsAt) }),
    expired: t("The plan {{plan}} is over. What is there stays; what is free counts from now on.", { plan: titleOf(chosen) }),
  }[usage.status];
  const isBad = usage.status === "past_due" || usage.status === "expired";
  return (
    <section className="flex flex-col gap-1">
      <h2 className="font-semibold">{t("Plan and usage")}</h2>
      <p className="text-title font-semibold">{titleOf(usage.title)}</p>
      <p className={isBad ? "text-err" : "text-text2"}>{said}</p>
    </section>
  );
}

function Meters({ usage }: { usage: Usage }) {
  const { t } = useTranslation();
  const times = useTimes();
  const words = useLimitWords();
  const now: Partial<Record<PlanLimitName, string>> = { executions: t("Executions this month"), credits: t("Credits this month") };
  return (
    <section className="flex flex-col gap-3" aria-label={t("Usage")}>
      {usage.limits.map((it) => {
        const share = shareOf(it.used, it.max);
        const label = now[it.name] ?? words.name(it.name);
        return (
          <div key={it.name} className="flex flex-col gap-1">
            <div className="flex flex-wrap items-baseline gap-x-3">
              <span className="mr-auto">{label}</span>
              <span className="text-text2 tabular-nums">
                {it.max == null ? `${words.amount(it.name, it.used)}, ${t("without limit")}` : `${words.amount(it.name, it.used)} / ${words.amount(it.name, it.max)}`}
              </span>
            </div>
            {it.max != null && (
              <div role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={it.max} aria-valuenow={Math.min(it.used, it.max)} className="h-1.5 overflow-hidden rounded-control bg-hover">
                <div className={clsx("h-full", share >= 1 ? "bg-err" : share >= NEAR ? "bg-wait" : "bg-accent")} style={{ width: `${share * 100}%` }} />
              </div>
            )}
            {it.resetsAt && it.max != null && <p className="text-small text-text3" title={times.exact(it.resetsAt)}>{t("Counted anew from {{date}}.", { date: times.short(it.resetsAt) })}</p>}
          </div>
        );
      })}
    </section>
  );
}

function Activity({ id, usage }: { id: string; usage: Usage }) {
  const { t } = useTranslation();
  const times = useTimes();
  const may = useMay();
  const client = useQueryClient();
  const isActive = !usage.deactivatedAt;
  const turn = useMutation({
    mutationFn: () => {
      const params = { path: { id } };
      return isActive ? body(api.PUT("/api/workspaces/{id}/deactivate", { params })) : body(api.PUT("/api/workspaces/{id}/activate", { params }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["usage", id] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  if (!may("workspace.write")) return usage.deactivatedAt ? <p role="status" className="text-err">{t("The workspace is deactivated since {{date}}: nothing begins here.", { date: times.exact(usage.deactivatedAt) })}</p> : null;
  const press = async () => {
    const really = !isActive || (await ask(t("Deactivate the workspace? Until it is activated again, no webhook, schedule or run by hand begins anything. What is there stays."), t("Deactivate")));
    if (really) turn.mutate();
  };
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t("Activity")}</h3>
      {usage.deactivatedAt ? (
        <p role="status" className="text-err">{t("The workspace is deactivated since {{date}}: nothing begins here.", { date: times.exact(usage.deactivatedAt) })}</p>
      ) : (
        <p className="text-text2">{t("A workspace that is deactivated keeps everything, and begins nothing.")}</p>
      )}
      <Button look={isActive ? "danger" : "plain"} className="self-start" disabled={turn.isPending} onClick={() => void press()}>{isActive ? t("Deactivate the workspace") : t("Activate the workspace")}</Button>
    </section>
  );
}
