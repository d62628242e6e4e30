// Home: what needs a person, how runs went, and on the first day the start itself.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, Upload } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { useMay } from "~/api/me";
import type { Execution, Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { dayOf, took } from "~/lib/time";
import { Button } from "~/ui/button";
import { CELL, Page, ROW, Table } from "~/ui/page";
import { StateIcon } from "~/ui/state";
import { ImportDialog, TemplatesDialog, useDroppedFile, useFirstWorkflow, useNewWorkflow } from "~/features/workflows";

const N_DAYS = 14;
const sinceDays = (n: number) => dayOf(new Date(Date.now() - n * 86_400_000));

export function Home() {
  const { t } = useTranslation();
  const may = useMay();
  const make = useNewWorkflow();
  const [isImporting, setImporting] = useState(false);
  const [dropped, setDropped] = useState<string>();
  useDroppedFile(
    useCallback((text: string) => {
      setDropped(text);
      setImporting(true);
    }, []),
  );
  const openImport = () => {
    setDropped(undefined);
    setImporting(true);
  };
  const workflows = useQuery({ queryKey: ["workflows", "few"], queryFn: () => body(api.GET("/api/workflows", { params: { query: { pageSize: 6 } } })) });
  const isFirstDay = workflows.data?.total === 0;
  return (
    <Page
      title={t("Home")}
      wide
      aside={
        may("workflows.write") && (
          <>
            <Button icon={<Upload size={16} strokeWidth={1.75} />} onClick={openImport}>{t("Import")}</Button>
            <Button look="primary" icon={<Plus size={16} strokeWidth={1.75} />} disabled={make.isPending} onClick={() => make.mutate()}>{t("New workflow")}</Button>
          </>
        )
      }
    >
      {isFirstDay ? <FirstDay onImport={openImport} /> : <Usual />}
      <ImportDialog open={isImporting} onClose={() => setImporting(false)} dropped={dropped} />
    </Page>
  );
}

function FirstDay({ onImport }: { onImport: () => void }) {
  const { t } = useTranslation();
  const first = useFirstWorkflow();
  const make = useNewWorkflow();
  const [isChoosing, setChoosing] = useState(false);
  const CARD = "flex flex-col items-start gap-2 rounded-card border bg-surface p-4 text-left hover:border-control hover:bg-hover";
  return (
    <section>
      <h2 className="mb-1 text-display font-semibold">{t("A first workflow in a minute")}</h2>
      <p className="mb-5 text-text2">{t("It runs at once, and nothing leaves this server.")}</p>
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
        <button type="button" className={CARD} disabled={first.isPending} onClick={() => first.mutate()}>
          <b className="font-semibold">{t("Start with one that runs")}</b>
          <span className="text-text2">{t("Five nodes with a branch: press Run and see each step. One minute.")}</span>
        </button>
        <button type="button" className={CARD} onClick={() => setChoosing(true)}>
          <b className="font-semibold">{t("Start from a template")}</b>
          <span className="text-text2">{t("A feed, an alarm, a webhook that answers: put in your addresses and publish. Three minutes.")}</span>
        </button>
        <button type="button" className={CARD} onClick={onImport}>
          <b className="font-semibold">{t("Import from n8n")}</b>
          <span className="text-text2">{t("Paste or drop an export; a report says what needs you. Two minutes.")}</span>
        </button>
        <button type="button" className={CARD} disabled={make.isPending} onClick={() => make.mutate()}>
          <b className="font-semibold">{t("Draw your own")}</b>
          <span className="text-text2">{t("An empty canvas. Press N to add a node.")}</span>
        </button>
      </div>
      {isChoosing && <TemplatesDialog onClose={() => setChoosing(false)} />}
    </section>
  );
}

function Usual() {
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
      <div className="flex min-w-0 flex-col gap-8">
        <NeedsYou />
        <Days />
        <Troubled />
      </div>
      <Now />
    </div>
  );
}

const runs = (query: { status: Schemas["Status"]; from?: string }) => body(api.GET("/api/executions", { params: { query: { ...query, pageSize: 20 } } }));

function NeedsYou() {
  const { t } = useTranslation();
  const times = useTimes();
  const waiting = useQuery({ queryKey: ["executions", "needs"], queryFn: () => runs({ status: "waiting" }), refetchInterval: 10_000 });
  const failed = useQuery({ queryKey: ["executions", "failed"], queryFn: () => runs({ status: "error", from: sinceDays(1) }), refetchInterval: 10_000 });
  if (!waiting.data || !failed.data) return null;
  const forPeople = waiting.data.items.filter((it) => ["person", "inDoubt", "form"].includes(it.waitingFor ?? ""));
  const rows: { it: Execution; state: "inDoubt" | "waiting" | "error"; text: string; verb: string }[] = [
    ...forPeople.map((it) => ({
      it,
      state: it.waitingFor === "inDoubt" ? ("inDoubt" as const) : ("waiting" as const),
      text: it.waitingFor === "inDoubt" ? t("A step is in doubt") : t("Waits for a person"),
      verb: it.waitingFor === "inDoubt" ? t("Decide") : t("Answer"),
    })),
    ...failed.data.items.map((it) => ({ it, state: "error" as const, text: it.errorMessage ?? t("Failed"), verb: t("See the run") })),
  ].slice(0, 6);
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t("Needs you")} <span className="ml-1 font-normal text-text3">{forPeople.length + failed.data.total}</span></h2>
      {rows.length === 0 ? (
        <p className="rounded-card border px-4 py-3 text-text2">{t("Nothing needs you.")}</p>
      ) : (
        <ul className="rounded-card border">
          {rows.map(({ it, state, text, verb }) => (
            <li key={it.id} className="flex min-h-11 items-center gap-3 border-b px-4 py-2 last:border-b-0">
              <StateIcon state={state} size={16} />
              <span className="min-w-0 flex-1 truncate"><b className="font-semibold">{it.workflowName}</b> <span className="text-text2">{text}</span></span>
              <span className="text-small text-text3 tabular-nums max-sm:hidden" title={times.exact(it.startedAt)}>{times.short(it.startedAt)}</span>
              <Link to="/executions/$id" params={{ id: it.id }} className="rounded-control border border-control px-3 py-1 font-medium hover:bg-hover">{verb}</Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Days() {
  const { t, i18n } = useTranslation();
  const percent = (share: number) => share.toLocaleString(i18n.language, { style: "percent", maximumFractionDigits: 1 });
  const stats = useQuery({ queryKey: ["dashboard", "stats"], queryFn: () => body(api.GET("/api/dashboard/stats", { params: { query: { period: `${N_DAYS}d` } } })), refetchInterval: 15_000 });
  if (!stats.data) return null;
  const { counts, before } = stats.data;
  const known = new Map(stats.data.days.map((it) => [it.date.slice(0, 10), it]));
  const days = Array.from({ length: N_DAYS }, (_, n) => {
    const date = sinceDays(N_DAYS - 1 - n);
    const counts = known.get(date);
    return { date, total: counts?.total ?? 0, failed: counts?.error ?? 0 };
  });
  const most = Math.max(1, ...days.map((it) => it.total));
  const name = (date: string) => new Date(`${date}T12:00:00Z`).toLocaleDateString(i18n.language, { day: "numeric", month: "short" });
  return (
    <section>
      <h2 className="mb-2 flex items-baseline gap-2 font-semibold">{t("Executions in two weeks")} <span className="font-normal text-text3 tabular-nums">{counts.total}</span></h2>
      <dl className="mb-3 grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
        <Figure name={t("Failed")} value={counts.error} before={before.total ? String(before.error) : undefined} isBad={counts.error > 0} />
        <Figure name={t("Failure rate")} value={percent(counts.errorRate)} before={before.total ? percent(before.errorRate) : undefined} isBad={counts.error > 0} />
        <Figure name={t("Half are done in")} value={took(counts.p50Ms)} before={took(before.p50Ms)} />
        <Figure name={t("Slowest 5 %")} value={took(counts.p95Ms)} before={took(before.p95Ms)} />
      </dl>
      <table className="w-full">
        <caption className="sr-only">{t("Executions a day, and how many failed")}</caption>
        <tbody className="flex h-36 items-end gap-1 border-b">
          {days.map((it) => (
            <tr key={it.date} className="flex h-full flex-1 flex-col justify-end" title={t("{{date}}: {{total}}, {{failed}} failed", { ...it, date: name(it.date) })}>
              <th scope="row" className="sr-only">{name(it.date)}</th>
              <td className="sr-only">{t("{{total}}, {{failed}} failed", it)}</td>
              <td aria-hidden className="w-full rounded-t-[2px] bg-[repeating-linear-gradient(45deg,var(--err)_0_3px,var(--err-soft)_3px_6px)]" style={{ height: `${(it.failed / most) * 100}%` }} />
              <td aria-hidden className="w-full bg-off" style={{ height: `${((it.total - it.failed) / most) * 100}%` }} />
            </tr>
          ))}
        </tbody>
      </table>
      <div aria-hidden className="mt-1 flex justify-between text-micro text-text3"><span>{name(days[0]?.date ?? "")}</span><span>{t("today")}</span></div>
    </section>
  );
}

/** A number of these two weeks, and what it was in the two before. */
function Figure({ name, value, before, isBad }: { name: string; value: string | number; before?: string; isBad?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="min-w-0">
      <dt className="truncate text-small text-text3">{name}</dt>
      <dd className={`text-title font-semibold tabular-nums ${isBad ? "text-err" : ""}`}>
        {value === "" ? "–" : value}
        {before && <span className="ml-2 text-small font-normal text-text3" title={t("in the two weeks before")}>{t("before: {{value}}", { value: before })}</span>}
      </dd>
    </div>
  );
}

function Troubled() {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: ["statistics", "workflows"], queryFn: () => body(api.GET("/api/statistics/workflows", { params: { query: { from: sinceDays(6), sort: "-error", pageSize: 8 } } })), refetchInterval: 15_000 });
  if (!list.data?.items.length) return null;
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t("Workflows")} <span className="ml-1 font-normal text-text3">{t("most troubled first, in a week")}</span></h2>
      <Table label={t("Workflows")} head={[t("Name"), t("Runs"), t("Failed"), <span key="p" className="wide">{t("Slowest 5 %")}</span>]}>
        {list.data.items.map((it) => (
          <tr key={it.workflowId} className={ROW}>
            <td className={CELL}><Link to="/workflows/$id" params={{ id: it.workflowId }} className="text-accent-text hover:underline">{it.name ?? it.workflowId}</Link></td>
            <td className={`${CELL} tabular-nums`}>{it.total}</td>
            <td className={`${CELL} tabular-nums ${it.error ? "text-err" : ""}`}>{it.error}</td>
            <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`}>{took(it.p95Ms)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Now() {
  const { t } = useTranslation();
  const times = useTimes();
  const overview = useQuery({ queryKey: ["dashboard", "overview"], queryFn: () => body(api.GET("/api/dashboard/overview")), refetchInterval: 5000 });
  const now = overview.data?.now;
  const recent = useQuery({ queryKey: ["workflows", "few"], queryFn: () => body(api.GET("/api/workflows", { params: { query: { pageSize: 6 } } })) });
  const rows: [string, number | undefined][] = [
    [t("Running"), now?.running],
    [t("Queued"), now?.queued],
    [t("Waiting"), now?.waiting],
    [t("Ended today"), overview.data?.today.total],
    [t("Published workflows"), overview.data?.workflows.active],
  ];
  return (
    <div className="flex flex-col gap-8">
      <section>
        <h2 className="mb-1 font-semibold">{t("Now")}</h2>
        <dl>
          {rows.map(([name, count]) => (
            <div key={name} className="flex justify-between border-b py-2"><dt className="text-text2">{name}</dt><dd className="text-title font-semibold tabular-nums">{count ?? ""}</dd></div>
          ))}
        </dl>
      </section>
      <section>
        <h2 className="mb-1 font-semibold">{t("Changed last")}</h2>
        <ul>
          {recent.data?.items.map((it) => (
            <li key={it.id} className="flex gap-3 border-b py-2">
              <span className="w-16 shrink-0 text-small leading-5 text-text3 tabular-nums" title={times.exact(it.updatedAt)}>{times.short(it.updatedAt)}</span>
              <Link to="/workflows/$id" params={{ id: it.id }} className="truncate hover:underline">{it.name}</Link>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
