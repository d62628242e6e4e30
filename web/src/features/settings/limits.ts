// What the limits of plans are called, and how much of each is said.
import { useTranslation } from "react-i18next";
import type { PlanLimitName as Limit } from "~/api/types";
import { useTimes } from "~/lib/language";
import { sizeOf } from "./amounts";

export function useLimitWords() {
  const { t, i18n } = useTranslation();
  const times = useTimes();
  const names: Record<Limit, string> = {
    executions: t("Executions a month"),
    concurrentRuns: t("Running at once"),
    backlog: t("Waiting for room"),
    workflows: t("Workflows"),
    members: t("Members and invitations"),
    agents: t("Agents"),
    storageBytes: t("Files"),
    credits: t("Credits a month"),
    requestsPerMinute: t("Requests a minute, all together"),
    callerRequestsPerMinute: t("Requests a minute, of each caller"),
    auditDays: t("Days of the audit log"),
  };
  const amount = (limit: Limit, n: number) => (limit === "storageBytes" ? sizeOf(n, i18n.language) : times.number(n));
  return { name: (limit: Limit) => names[limit], amount, max: (limit: Limit, n: number | null | undefined) => (n == null ? t("without limit") : amount(limit, n)) };
}
