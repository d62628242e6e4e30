// The gateway: routes with limits and rules, services behind them, and how often callers may ask.
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import { Button } from "~/ui/button";
import { CELL, Empty, Loading, ROW, Table, Trouble } from "~/ui/page";
import type { Route } from "./gateway-draft";
import { RouteDialog } from "./gateway-form";
import { RateLimits } from "./rate-limits";

export function Gateway() {
  return (
    <div className="flex flex-col gap-8">
      <Routes />
      <RateLimits />
    </div>
  );
}

function Routes() {
  const { t } = useTranslation();
  const mayWrite = useMay()("gateway.write");
  const [open, setOpen] = useState<Route | "new">();
  const list = useQuery({ queryKey: ["gateway"], queryFn: () => body(api.GET("/api/gateway/routes", { params: { query: { pageSize: 500 } } })) });
  const add = mayWrite && <Button icon={<Plus size={16} strokeWidth={1.75} />} onClick={() => setOpen("new")}>{t("New route")}</Button>;
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0"><h2 className="font-semibold">{t("Gateway")}</h2><p className="text-text2">{t("Limits and rules for webhooks, and paths that go on to other services.")}</p></div>
        {Boolean(list.data?.total) && add}
      </div>
      {list.isPending && <Loading rows={2} label={t("Loading")} />}
      {list.error && <Trouble title={t("The routes cannot be read")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && <Empty title={t("There is no route yet. Webhooks need none.")}>{add}</Empty>}
      {Boolean(list.data?.total) && (
        <Table label={t("Routes")} head={[t("Name"), t("State"), t("Path"), <span key="l" className="wide">{t("Leads to")}</span>]}>
          {list.data?.items.map((it) => <Row key={it.id} route={it} onOpen={mayWrite ? () => setOpen(it) : undefined} />)}
        </Table>
      )}
      {open && <RouteDialog route={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Row({ route, onOpen }: { route: Route; onOpen?: () => void }) {
  const { t } = useTranslation();
  return (
    <tr className={ROW}>
      <td className={`${CELL} font-medium`} title={route.name}>{onOpen ? <button type="button" className="text-accent-text underline" onClick={onOpen}>{route.name}</button> : route.name}</td>
      <td className={CELL}><State route={route} /></td>
      <td className={`${CELL} font-mono text-small`} title={route.address}>{route.path}{route.methods.length > 0 && <span className="text-text3"> {route.methods.join(" ")}</span>}</td>
      <td className={`${CELL} text-text2 max-sm:hidden`} title={route.upstream?.url}>{route.upstream ? route.upstream.url.replace(/^https?:\/\//, "") : t("a webhook")}</td>
    </tr>
  );
}

function State({ route }: { route: Route }) {
  const { t } = useTranslation();
  const health = route.health;
  if (!route.enabled) return <span className="text-text3">{t("Off")}</span>;
  if (health?.down) return <span className="text-err" title={health.trouble ?? undefined}>{t("Down")}</span>;
  if (health?.trouble && health.lastStatus == null && health.calls > 0) return <span className="text-wait" title={health.trouble}>{t("Failing")}</span>;
  return <span className="text-text2">{t("On")}</span>;
}
