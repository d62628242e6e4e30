// Executions of two weeks, day by day: how many, how many failed, and how long they took.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useTimes } from "~/lib/language";
import { daysAgo, took } from "~/lib/time";
import { Loading, Trouble } from "~/ui/page";
import { ticksOf } from "./ticks";

const N_DAYS = 14;

interface Day {
  date: string;
  total: number;
  failed: number;
}

export function Days() {
  const { t, i18n } = useTranslation();
  const times = useTimes();
  const percent = (share: number) => share.toLocaleString(i18n.language, { style: "percent", maximumFractionDigits: 1 });
  const stats = useQuery({ queryKey: ["dashboard", "stats"], queryFn: () => body(api.GET("/api/dashboard/stats", { params: { query: { period: `${N_DAYS}d` } } })), refetchInterval: 15_000 });
  if (!stats.data && stats.isError) return <Trouble title={t("The figures could not be read.")} message={messageOf(stats.error)} again={() => void stats.refetch()} againLabel={t("Try again")} />;
  if (!stats.data) return <Loading rows={4} label={t("Reading the figures")} />;
  const { counts, before } = stats.data;
  const known = new Map(stats.data.days.map((it) => [it.date.slice(0, 10), it]));
  const days = Array.from({ length: N_DAYS }, (_, n): Day => {
    const date = daysAgo(N_DAYS - 1 - n);
    return { date, total: known.get(date)?.total ?? 0, failed: known.get(date)?.error ?? 0 };
  });
  return (
    <section>
      <div className="mb-2 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h2 className="mr-auto font-semibold">{t("Executions in two weeks")} <span className="ml-1 font-normal text-text3 tabular-nums">{times.number(counts.total)}</span></h2>
        <Legend look="bg-wire" text={t("finished {{n}}", { n: times.number(counts.total - counts.error) })} />
        <Legend look={HATCHED} text={t("failed {{n}}", { n: times.number(counts.error) })} />
      </div>
      <dl className="mb-4 grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
        <Figure name={t("Failed")} value={times.number(counts.error)} before={before.total ? times.number(before.error) : undefined} isBad={counts.error > 0} />
        <Figure name={t("Failure rate")} value={percent(counts.errorRate)} before={before.total ? percent(before.errorRate) : undefined} isBad={counts.error > 0} />
        <Figure name={t("Half are done in")} value={took(counts.p50Ms)} before={took(before.p50Ms)} />
        <Figure name={t("Slowest 5 %")} value={took(counts.p95Ms)} before={took(before.p95Ms)} />
      </dl>
      <Chart days={days} />
    </section>
  );
}

const HATCHED = "bg-[repeating-linear-gradient(45deg,var(--err)_0_3px,var(--err-soft)_3px_6px)]";

function Legend({ look, text }: { look: string; text: string }) {
  return <span className="flex items-center gap-1.5 text-small text-text2 tabular-nums"><span aria-hidden className={`size-2.5 rounded-[2px] ${look}`} />{text}</span>;
}

function Chart({ days }: { days: Day[] }) {
  const { t, i18n } = useTranslation();
  const times = useTimes();
  const ticks = ticksOf(Math.max(...days.map((it) => it.total)));
  const top = ticks.at(-1) ?? 1;
  const name = (date: string) => new Date(`${date}T12:00:00Z`).toLocaleDateString(i18n.language, { day: "numeric", month: "short" });
  const height = (n: number) => ({ height: `${(n / top) * 100}%` });
  return (
    <div className="flex gap-2 pt-2">
      <div aria-hidden className="relative h-36 w-8 shrink-0 text-right text-micro text-text3 tabular-nums">
        {ticks.map((it) => <span key={it} className="absolute right-0 translate-y-1/2 leading-none" style={{ bottom: `${(it / top) * 100}%` }}>{times.number(it)}</span>)}
      </div>
      <div className="relative min-w-0 flex-1">
        <div aria-hidden className="absolute inset-x-0 top-0 h-36">
          {ticks.map((it) => <span key={it} className="absolute inset-x-0 border-t" style={{ bottom: `${(it / top) * 100}%` }} />)}
        </div>
        <table className="relative w-full">
          <caption className="sr-only">{t("Executions a day, and how many failed")}</caption>
          <tbody className="flex h-36 items-end gap-1.5">
            {days.map((it) => (
              <tr key={it.date} className="flex h-full flex-1 flex-col justify-end hover:bg-hover/60" title={t("{{date}}: {{total}}, {{failed}} failed", { ...it, date: name(it.date) })}>
                <th scope="row" className="sr-only">{name(it.date)}</th>
                <td className="sr-only">{t("{{total}}, {{failed}} failed", { total: it.total, failed: it.failed })}</td>
                <td aria-hidden className={`mx-auto w-full max-w-7 rounded-t-[2px] ${HATCHED}`} style={height(it.failed)} />
                <td aria-hidden className={`mx-auto w-full max-w-7 bg-wire ${it.failed ? "" : "rounded-t-[2px]"}`} style={height(it.total - it.failed)} />
              </tr>
            ))}
          </tbody>
        </table>
        <div aria-hidden className="mt-1 flex justify-between text-micro text-text3"><span>{name(days[0]?.date ?? "")}</span><span>{t("today")}</span></div>
      </div>
    </div>
  );
}

/** A number of these two weeks, and what it was in the two before. */
function Figure({ name, value, before, isBad }: { name: string; value: string; before?: string; isBad?: boolean }) {
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
