// Two executions side by side: which steps differ, and in what.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Execution, ExecutionDetail, Step } from "~/api/types";
import { faultWords } from "~/lib/faults";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Dialog } from "~/ui/dialog";
import { CELL, Loading, Page, ROW, Table, Trouble } from "~/ui/page";
import { StateMark } from "~/ui/state";
import { linesOf, pairsOf, type Pair } from "./compare";
import { useExecution } from "./execution";
import { stateOf, useRunWords } from "./words";

export function Compare() {
  const { t } = useTranslation();
  const { id, other } = useParams({ strict: false });
  const [a, b] = [useExecution(id), useExecution(other)];
  const failed = a.isError ? a : b.isError ? b : undefined;
  return (
    <Page title={t("Compare two runs")} wide>
      {failed && <Trouble title={t("This execution could not be read.")} message={messageOf(failed.error)} again={() => void failed.refetch()} againLabel={t("Try again")} />}
      {!failed && (!a.data || !b.data) && <Loading label={t("Reading the execution")} />}
      {a.data && b.data && <Both a={a.data} b={b.data} />}
    </Page>
  );
}

function Both({ a, b }: { a: ExecutionDetail; b: ExecutionDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { step } = useSearch({ strict: false });
  const pairs = useMemo(() => pairsOf(a, b), [a, b]);
  const nameOf = (it: Pair) => (it.run > 0 ? `${it.node} #${it.run + 1}` : it.node);
  const chosen = pairs.find((it) => nameOf(it) === step) ?? pairs.find((it) => !it.isSame);
  const choose = (it: Pair) => void navigate({ to: "/executions/$id/compare/$other", params: { id: a.id, other: b.id }, search: { step: nameOf(it) }, replace: true });
  const nOdd = pairs.filter((it) => !it.isSame).length;
  return (
    <>
      <div className="mb-4 grid gap-3 sm:grid-cols-2"><Facts run={a} label={t("First run")} /><Facts run={b} label={t("Second run")} /></div>
      <p className="mb-2 text-text2">{nOdd ? t("{{count}} steps differ.", { count: nOdd }) : t("Both gave the same at every step.")}{a.versionId !== b.versionId && <> {t("They ran on different versions.")}</>}</p>
      <Table label={t("Steps")} head={[t("Step"), t("First run"), t("Second run"), t("Output")]}>
        {pairs.map((it) => (
          <tr key={nameOf(it)} className={clsx(ROW, it === chosen && "bg-accent-soft")}>
            <td className={CELL}><button type="button" aria-pressed={it === chosen} onClick={() => choose(it)} className="font-medium text-accent-text hover:underline">{nameOf(it)}</button></td>
            <td className={CELL}><Outcome step={it.a} /></td>
            <td className={CELL}><Outcome step={it.b} /></td>
            <td className={clsx(CELL, it.isSame ? "text-text2" : "font-medium")}>{it.isSame ? t("The same") : it.a && it.b ? t("Differs") : it.a ? t("Only in the first") : t("Only in the second")}</td>
          </tr>
        ))}
      </Table>
      {chosen && <Difference title={nameOf(chosen)} pair={chosen} />}
    </>
  );
}

function Facts({ run, label }: { run: ExecutionDetail; label: string }) {
  const times = useTimes();
  const words = useRunWords();
  return (
    <section aria-label={label} className="rounded-card border px-3 py-2">
      <h2 className="text-small text-text3">{label}</h2>
      <Link to="/executions/$id" params={{ id: run.id }} className="font-semibold text-accent-text hover:underline">{run.workflowName ?? run.id}</Link>
      <p className="flex flex-wrap gap-x-3 text-text2 tabular-nums"><StateMark state={stateOf(run)} word={words.state(run)} /><span title={times.exact(run.startedAt)}>{times.short(run.startedAt)}</span><span>{took(run.durationMs)}</span><span>{run.businessKey}</span></p>
    </section>
  );
}

function Outcome({ step }: { step?: Step }) {
  const { t } = useTranslation();
  if (!step) return <span className="text-text3">{t("Not reached")}</span>;
  return <span className="flex gap-2"><StateMark state={step.error ? "error" : "success"} word={step.error ? t("Failed") : t("Done")} /><span className="text-text3 tabular-nums max-sm:hidden">{took(step.durationMs)}</span></span>;
}

const written = (step?: Step) => {
  if (!step) return "";
  const outputs = step.outputs.map((it) => it.items.map((item) => item.json));
  return [step.error && faultWords(step.error.message), JSON.stringify(outputs.length === 1 ? outputs[0] : outputs, null, 2)].filter(Boolean).join("\n");
};

function Difference({ title, pair }: { title: string; pair: Pair }) {
  const { t } = useTranslation();
  const lines = useMemo(() => linesOf(written(pair.a), written(pair.b)), [pair]);
  const sides = [["a", t("First run"), "bg-err-soft"], ["b", t("Second run"), "bg-ok-soft"]] as const;
  return (
    <section className="mt-6" aria-label={title}>
      <h2 className="mb-2 font-semibold">{t("What {{step}} gave", { step: title })}</h2>
      <div className="grid gap-3 sm:grid-cols-2">
        {sides.map(([side, label, ground]) => (
          <pre key={side} tabIndex={0} aria-label={label} className="max-h-[32rem] overflow-auto rounded-card border bg-sunken py-2 text-small">
            {lines.map((it, n) => {
              if (it.side === "both") return <span key={n} className="block px-3">{`  ${it.text}`}</span>;
              // The place of what only the other has stays empty, so that lines stand beside each other.
              if (it.side !== side) return <span key={n} aria-hidden className="block bg-hover px-3">{" "}</span>;
              return <span key={n} className={clsx("block px-3", ground)}>{`${side === "a" ? "-" : "+"} ${it.text}`}</span>;
            })}
          </pre>
        ))}
      </div>
    </section>
  );
}

/** Asks which run to compare with. */
export function Other({ run, open, onClose }: { run: Execution; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const words = useRunWords();
  const list = useQuery({
    queryKey: ["executions", "others", run.workflowId],
    queryFn: () => body(api.GET("/api/executions", { params: { query: { workflowId: run.workflowId, pageSize: 50 } } })),
    enabled: open,
  });
  const rows = (list.data?.items ?? []).filter((it) => it.id !== run.id);
  return (
    <Dialog open={open} onClose={onClose} title={t("Compare with another run")} about={t("Runs of the same workflow, newest first.")} closeLabel={t("Close")}>
      {list.isPending && <Loading label={t("Reading the executions")} rows={3} />}
      {list.data && rows.length === 0 && <p className="text-text2">{t("There is no other run yet.")}</p>}
      <ul>
        {rows.map((it) => (
          <li key={it.id}>
            <Link to="/executions/$id/compare/$other" params={{ id: run.id, other: it.id }} className="flex min-h-9 items-center gap-x-3 max-sm:flex-wrap rounded-control px-2 hover:bg-hover pointer-coarse:min-h-11">
              <StateMark state={stateOf(it)} word={words.state(it)} />
              <span className="tabular-nums" title={times.exact(it.startedAt)}>{times.short(it.startedAt)}</span>
              <span className="min-w-0 truncate text-text2">{it.id === run.replayOf ? t("The run that this one replays") : it.replayOf === run.id ? t("A replay of this run") : (it.businessKey ?? faultWords(it.errorMessage ?? ""))}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
