// What an API key asked for in the last weeks: how much, how it went, and of which routes.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Dialog } from "~/ui/dialog";
import { CELL, Loading, ROW, Table, Trouble } from "~/ui/page";

export function KeyUseDialog({ apiKey, onClose }: { apiKey: Schemas["ApiKey"]; onClose: () => void }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["key use", apiKey.id],
    queryFn: () => body(api.GET("/api/api-keys/{id}/stats", { params: { path: { id: apiKey.id } } })),
  });
  return (
    <Dialog open onClose={onClose} title={t("What the key “{{name}}” asked for", { name: apiKey.name })} about={t("Of the last thirty days.")} closeLabel={t("Close")}>
      {found.isPending && <Loading rows={3} label={t("Reading what it asked for")} />}
      {found.isError && <Trouble title={t("What it asked for could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />}
      {found.data && <Use stats={found.data.stats} />}
    </Dialog>
  );
}

function Use({ stats }: { stats: Schemas["UseStats"] }) {
  const { t, i18n } = useTranslation();
  const times = useTimes();
  if (stats.totalRequests === 0) return <p className="text-text2">{t("It has asked for nothing yet.")}</p>;
  const rate = (stats.errorRate / 100).toLocaleString(i18n.language, { style: "percent", maximumFractionDigits: 1 });
  const figures: [string, string, boolean?][] = [
    [t("Today"), times.number(stats.requestsToday)],
    [t("In a week"), times.number(stats.requestsThisWeek)],
    [t("In thirty days"), times.number(stats.requestsThisMonth)],
    [t("Refused or failed"), rate, stats.errorRate > 0],
    [t("Answered within, on average"), took(stats.averageResponseTime)],
  ];
  return (
    <div className="flex flex-col gap-5">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
        {figures.map(([name, value, isBad]) => (
          <div key={name}>
            <dt className="text-small text-text3">{name}</dt>
            <dd className={`text-title font-semibold tabular-nums ${isBad ? "text-err" : ""}`}>{value}</dd>
          </div>
        ))}
      </dl>
      <Table label={t("Asked for most")} head={[t("Asked for most"), <span key="n" className="block text-right">{t("Times")}</span>]}>
        {stats.topEndpoints.map((it) => (
          <tr key={it.endpoint} className={ROW}>
            <td className={`${CELL} font-mono text-small`} title={it.endpoint}>{it.endpoint}</td>
            <td className={`${CELL} text-right tabular-nums`}>{times.number(it.count)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
