// The whole server, for who looks after it: how it is, and which workspaces there are.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { IconButton } from "~/ui/button";
import { Menu } from "~/ui/menu";
import { CELL, Loading, ROW, Table, Trouble } from "~/ui/page";
import { Pages } from "~/ui/pages";
import { DataKeys } from "./data-keys";
import { Domains } from "./domains";
import { CreditsDialog } from "./give-credits";
import { PlanDialog } from "./give-plan";
import { Maintenance } from "./maintenance";
import { plansQuery } from "./plans";
import { PlansTable } from "./plans-table";

export function Platform() {
  const { t } = useTranslation();
  const times = useTimes();
  const [page, setPage] = useState(1);
  const [given, setGiven] = useState<{ what: "plan" | "credits"; to: Schemas["Workspace"] }>();
  const list = useQuery({ queryKey: ["tenants", page], queryFn: () => body(api.GET("/api/tenants", { params: { query: { page, pageSize: 50 } } })), placeholderData: keepPreviousData });
  return (
    <div className="flex flex-col gap-8">
      <section className="flex flex-col gap-4">
        <div><h2 className="font-semibold">{t("Platform")}</h2><p className="text-text2">{t("All workspaces of this server. What is in them is not shown.")}</p></div>
        {list.isPending && <Loading rows={4} label={t("Reading the workspaces")} />}
        {list.isError && <Trouble title={t("The workspaces could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
        {list.data && (
          <>
            <h3 className="font-semibold">{t("Workspaces")} <span className="font-normal text-text3 tabular-nums">{list.data.total}</span></h3>
            <Table label={t("Workspaces")} head={[t("Name"), <span key="m" className="wide">{t("Made")}</span>, t("State"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
              {list.data.items.map((it) => (
                <tr key={it.id} className={ROW}>
                  <td className={`${CELL} font-medium`} title={it.id}>{it.name}</td>
                  <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`} title={times.exact(it.createdAt)}>{times.short(it.createdAt)}</td>
                  <td className={CELL}>{it.endsAt ? <span className="text-err" title={times.exact(it.endsAt)}>{t("closed until {{date}}", { date: times.short(it.endsAt) })}</span> : t("open")}</td>
                  <td className="w-8 text-right">
                    <Menu
                      trigger={<IconButton label={t("More about {{name}}", { name: it.name })}><Ellipsis size={16} strokeWidth={1.75} /></IconButton>}
                      entries={[{ label: t("Plan…"), onSelect: () => setGiven({ what: "plan", to: it }) }, { label: t("Credits…"), onSelect: () => setGiven({ what: "credits", to: it }) }]}
                    />
                  </td>
                </tr>
              ))}
            </Table>
            <Pages list={list.data} onPage={setPage} labels={[t("Previous"), t("Next")]} />
          </>
        )}
      </section>
      {given?.what === "plan" && <PlanDialog workspace={given.to} onClose={() => setGiven(undefined)} />}
      {given?.what === "credits" && <CreditsDialog workspace={given.to} onClose={() => setGiven(undefined)} />}
      <Plans />
      <Maintenance />
      <Domains />
      <DataKeys />
      <p><a href="/api/docs" className="font-medium text-accent-text underline">{t("The API")}</a></p>
    </div>
  );
}

function Plans() {
  const { t } = useTranslation();
  const plans = useQuery(plansQuery);
  if (plans.isError) return <Trouble title={t("The plans could not be read.")} message={messageOf(plans.error)} again={() => void plans.refetch()} againLabel={t("Try again")} />;
  if (!plans.data) return <Loading label={t("Reading the plans")} rows={4} />;
  return <PlansTable plans={plans.data.items} />;
}
