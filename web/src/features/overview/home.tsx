// Home: what needs a person, how runs went, and on the first day the start itself.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, Upload } from "lucide-react";
import { useCallback, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { Execution, Schemas } from "~/api/types";
import { faultWords } from "~/lib/faults";
import { useTimes } from "~/lib/language";
import { daysAgo, took } from "~/lib/time";
import { causesOf, type Cause } from "~/features/runs/causes";
import { Button } from "~/ui/button";
import { Said, Select } from "~/ui/field";
import { CELL, Loading, Page, ROW, Table, Trouble } from "~/ui/page";
import { StateIcon } from "~/ui/state";
import { ImportDialog, TemplatesDialog, useDroppedFile, useFirstWorkflow, useNewWorkflow } from "~/features/workflows";
import { Days } from "./days";
import { PlanLine } from "./plan-line";

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
    <div className="flex flex-col gap-8">
      <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="flex min-w-0 flex-col gap-8">
          <NeedsYou />
          <Days />
          <Troubled />
        </div>
        <Now />
      </div>
      <PlanLine />
    </div>
  );
}

const overviewQuery = { queryKey: ["dashboard", "overview"], queryFn: () => body(api.GET("/api/dashboard/overview")), refetchInterval: 5000 };

const runs = (query: { status: Schemas["Status"]; from?: string }) => body(api.GET("/api/executions", { params: { query: { ...query, pageSize: 20 } } }));

const SHOWN_MAX = 6;
const GO = "shrink-0 rounded-control border border-control px-3 py-1 font-medium hover:bg-hover pointer-coarse:py-2.5";

function NeedsYou() {
  const { t } = useTranslation();
  const times = useTimes();
  const waiting = useQuery({ queryKey: ["executions", "needs"], queryFn: () => runs({ status: "waiting" }), refetchInterval: 10_000 });
  const failed = useQuery({ queryKey: ["executions", "failed"], queryFn: () => runs({ status: "error", from: daysAgo(1) }), refetchInterval: 10_000 });
  const today = useQuery(overviewQuery);
  if (!waiting.data || !failed.data) {
    const fault = waiting.error ?? failed.error;
    const again = () => void Promise.all([waiting.refetch(), failed.refetch()]);
    if (fault) return <Trouble title={t("What happened could not be read.")} message={messageOf(fault)} again={again} againLabel={t("Try again")} />;
    return <Loading rows={3} label={t("Reading what happened")} />;
  }
  const forPeople = waiting.data.items.filter((it) => ["person", "inDoubt", "form"].includes(it.waitingFor ?? ""));
  const rows: { it: Execution; state: "inDoubt" | "waiting"; text: string; verb: string }[] = [
    ...forPeople.map((it) => ({
      it,
      state: it.waitingFor === "inDoubt" ? ("inDoubt" as const) : ("waiting" as const),
      text: it.waitingFor === "inDoubt" ? t("A step is in doubt") : t("Waits for a person"),
      verb: it.waitingFor === "inDoubt" ? t("Decide") : t("Answer it"),
    })),
  ].slice(0, SHOWN_MAX);
  const causes = causesOf(failed.data.items).slice(0, SHOWN_MAX - rows.length);
  const since = (it: Cause) => it.runs.at(-1)?.startedAt ?? "";
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t("Needs you")} <span className="ml-1 font-normal text-text3">{forPeople.length + causes.length}</span></h2>
      {rows.length + causes.length === 0 ? (
        <p className="rounded-card border px-4 py-3 text-text2">{t("Nothing needs you.")} {today.data && t("{{total}} runs have ended today, {{failed}} failed.", { total: times.number(today.data.today.total), failed: times.number(today.data.today.error) })}</p>
      ) : (
        <ul className="rounded-card border">
          {rows.map(({ it, state, text, verb }) => (
            <li key={it.id} className="flex min-h-11 items-center gap-3 border-b px-4 py-2 last:border-b-0">
              <StateIcon state={state} size={16} />
              <span className="min-w-0 flex-1 sm:truncate"><b className="font-semibold">{it.workflowName}</b> <span className="text-text2">{text}</span></span>
              <span className="text-small text-text3 tabular-nums max-sm:hidden" title={times.exact(it.startedAt)}>{times.short(it.startedAt)}</span>
              <Link to="/executions/$id" params={{ id: it.id }} className={GO}>{verb}</Link>
            </li>
          ))}
          {causes.map((it) => (
            <li key={it.key} className="flex min-h-11 items-center gap-3 border-b px-4 py-2 last:border-b-0">
              <StateIcon state="error" size={16} />
              <span className="min-w-0 flex-1 sm:truncate"><b className="font-semibold">{it.workflowName}</b> <span className="text-text2 max-sm:line-clamp-2"><Said text={faultWords(it.message) || t("Failed")} /></span></span>
              {it.runs.length > 1 && <span className="text-small whitespace-nowrap text-text2 tabular-nums">{t("{{count}} failures", { count: it.runs.length })}</span>}
              <span className="text-small text-text3 tabular-nums max-sm:hidden" title={times.exact(since(it))}>{it.runs.length > 1 ? t("since {{time}}", { time: times.short(since(it)) }) : times.short(since(it))}</span>
              {it.runs.length > 1 ? <Link to="/executions" search={{ view: "causes", workflowId: it.workflowId }} className={GO}>{t("See them")}</Link> : <Link to="/executions/$id" params={{ id: it.runs[0]?.id ?? "" }} className={GO}>{t("See the run")}</Link>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The head of a column of numbers. */
const Figures = ({ children }: { children: ReactNode }) => <span className="block text-right">{children}</span>;

function Troubled() {
  const { t } = useTranslation();
  const times = useTimes();
  const [sort, setSort] = useState("-error");
  const list = useQuery({ queryKey: ["statistics", "workflows", sort], queryFn: () => body(api.GET("/api/statistics/workflows", { params: { query: { from: daysAgo(6), sort, pageSize: 8 } } })), placeholderData: keepPreviousData, refetchInterval: 15_000 });
  if (!list.data?.items.length) return null;
  return (
    <section>
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">{t("Workflows of a week")}</h2>
        <Select aria-label={t("Order of the workflows")} className="h-7! w-auto!" value={sort} onChange={(event) => setSort(event.target.value)}>
          <option value="-error">{t("Most troubled first")}</option>
          <option value="-p95Ms">{t("Slowest first")}</option>
          <option value="-total">{t("Busiest first")}</option>
        </Select>
        <Link to="/workflows" className="ml-auto text-small font-medium text-accent-text hover:underline">{t("All workflows")}</Link>
      </div>
      <Table label={t("Workflows")} head={[t("Name"), <Figures key="r">{t("Runs")}</Figures>, <Figures key="f">{t("Failed")}</Figures>, <span key="p" className="wide block text-right">{t("Slowest 5 %")}</span>]}>
        {list.data.items.map((it) => (
          <tr key={it.workflowId} className={ROW}>
            <td className={CELL}><Link to="/workflows/$id" params={{ id: it.workflowId }} className="text-accent-text hover:underline">{it.name ?? it.workflowId}</Link></td>
            <td className={`${CELL} text-right tabular-nums`}>{times.number(it.total)}</td>
            <td className={`${CELL} text-right tabular-nums ${it.error ? "text-err" : ""}`}>{times.number(it.error)}</td>
            <td className={`${CELL} text-right text-text2 tabular-nums max-sm:hidden`}>{took(it.p95Ms)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Now() {
  const { t } = useTranslation();
  const times = useTimes();
  const overview = useQuery(overviewQuery);
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
            <div key={name} className="flex justify-between border-b py-2"><dt className="text-text2">{name}</dt><dd className="text-title font-semibold tabular-nums">{count === undefined ? (overview.isError ? "–" : "") : times.number(count)}</dd></div>
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
