// Every deed that changed the workspace's credits, the latest first.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { Input } from "~/ui/field";
import { CELL, Empty, Loading, ROW, Table, Trouble } from "~/ui/page";
import { Pages } from "~/ui/pages";
import { nextDay } from "./amounts";

type Entry = Schemas["CreditEntry"];

export function Ledger({ id }: { id: string }) {
  const { t } = useTranslation();
  const times = useTimes();
  const [from, setFrom] = useState("");
  const [last, setLast] = useState("");
  const [page, setPage] = useState(1);
  const wanted = { from: from || undefined, until: nextDay(last) };
  const list = useQuery({
    queryKey: ["ledger", id, wanted, page],
    queryFn: () => body(api.GET("/api/workspaces/{id}/credits/ledger", { params: { path: { id }, query: { ...wanted, page, pageSize: 20 } } })),
    placeholderData: keepPreviousData,
  });
  const kinds: Record<Entry["kind"], string> = {
    reserved: t("Put aside"),
    spent: t("Spent"),
    released: t("Came back"),
    gift: t("Given"),
    purchase: t("Bought"),
    recharge: t("Smart recharge"),
  };
  const filter = (set: (text: string) => void) => (event: { target: { value: string } }) => {
    set(event.target.value);
    setPage(1);
  };
  const isFiltered = from !== "" || last !== "";
  return (
    <section className="flex flex-col gap-3">
      <div><h3 className="font-semibold">{t("Ledger")}</h3><p className="text-text2">{t("Where credits came from and where they went, for 90 days.")}</p></div>
      <div className="flex flex-wrap gap-2">
        <label className="flex items-center gap-2 text-text2">{t("From")}<Input type="date" className="w-40!" value={from} max={last || undefined} onChange={filter(setFrom)} /></label>
        <label className="flex items-center gap-2 text-text2">{t("Until")}<Input type="date" className="w-40!" value={last} min={from || undefined} onChange={filter(setLast)} /></label>
      </div>
      {list.isPending && <Loading rows={3} label={t("Loading")} />}
      {list.error && <Trouble title={t("The ledger could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && <Empty title={isFiltered ? t("Nothing happened in these days.") : t("No credits came or went yet.")} />}
      {Boolean(list.data?.total) && (
        <Table label={t("Ledger")} head={[t("Time"), t("What"), <span key="n" className="block text-right">{t("Credits")}</span>, <span key="f" className="wide">{t("For")}</span>]}>
          {list.data?.items.map((it) => (
            <tr key={it.key} className={ROW}>
              <td className={CELL} title={times.exact(it.at)}>{times.short(it.at)}</td>
              <td className={CELL}>{kinds[it.kind]}</td>
              <td className={`${CELL} text-right tabular-nums`}>{signed(it, times.number)}</td>
              <td className={`${CELL} text-text2 max-sm:hidden`} title={it.label}>{it.label}</td>
            </tr>
          ))}
        </Table>
      )}
      {list.data && <Pages list={list.data} onPage={setPage} labels={[t("Previous"), t("Next")]} />}
    </section>
  );
}

/** What came with a plus, what went with a minus; what is put aside or came back is neither. */
function signed(it: Entry, number: (n: number) => string) {
  switch (it.kind) {
    case "gift":
    case "purchase":
    case "recharge":
      return `+${number(it.credits)}`;
    case "spent":
      return `−${number(it.spent)}`;
    case "reserved":
    case "released":
      return number(it.credits);
  }
}
