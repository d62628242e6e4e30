// What is left of the trial and of the plan: one line at the foot of Home, louder when it gets tight.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import { useWords } from "~/api/words";
import { useTimes } from "~/lib/language";

/** From this share on, a limit is near. */
const NEAR = 0.8;

export function PlanLine() {
  const { t } = useTranslation();
  const times = useTimes();
  const titleOf = useWords();
  const me = useMe();
  const mayRead = useMay()("workspace.read");
  const id = me?.workspace?.id ?? "";
  const usage = useQuery({ queryKey: ["usage", id], queryFn: () => body(api.GET("/api/workspaces/{id}/usage", { params: { path: { id } } })), enabled: id !== "" && mayRead }).data;
  if (!usage) return null;
  const runs = usage.limits.find((it) => it.name === "executions");
  const nTight = usage.limits.filter((it) => it.max != null && it.used >= it.max * NEAR).length;
  const isTight = nTight > 0 || usage.status === "past_due" || usage.status === "expired";
  return (
    <p role={isTight ? "status" : undefined} className={`flex flex-wrap items-center gap-x-4 gap-y-1 border-t pt-3 ${isTight ? "text-wait" : "text-text3"}`}>
      <span>{t("Plan: {{plan}}", { plan: titleOf(usage.title) })}</span>
      {usage.status === "trialing" && usage.trialEndsAt && <span title={times.exact(usage.trialEndsAt)}>{t("to try until {{date}}", { date: times.short(usage.trialEndsAt) })}</span>}
      {runs && <span className="tabular-nums">{runs.max == null ? t("{{used}} executions this month", { used: times.number(runs.used) }) : t("{{used}} of {{max}} executions this month", { used: times.number(runs.used), max: times.number(runs.max) })}</span>}
      {nTight > 0 && <span>{t("{{count}} limits are near or reached.", { count: nTight })}</span>}
      <Link to="/settings/$part" params={{ part: "plan" }} className="font-medium text-accent-text underline">{t("Plan and usage")}</Link>
    </p>
  );
}
