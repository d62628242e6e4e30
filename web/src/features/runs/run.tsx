// One execution: the graph of the version that ran, its steps in order, and what came in and out.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { CircleStop, Copy, RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { ExecutionDetail, Wait } from "~/api/types";
import { Graph, statesOf, useNodeTypes, usePorts } from "~/features/graph";
import { Items } from "~/features/items";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Button } from "~/ui/button";
import { Loading, Page, Trouble } from "~/ui/page";
import { StateIcon, StateMark, type State } from "~/ui/state";
import { say } from "~/ui/toast";
import { useExecution } from "./execution";
import { isOver, stateOf, useRunWords } from "./words";

export function Run() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false });
  const run = useExecution(id);
  if (run.isPending) return <Page title={t("Execution")}><Loading label={t("Reading the execution")} /></Page>;
  if (run.isError) return <Page title={t("Execution")}><Trouble title={t("This execution could not be read.")} message={messageOf(run.error)} again={() => void run.refetch()} againLabel={t("Try again")} /></Page>;
  return <Shown run={run.data} />;
}

function Shown({ run }: { run: ExecutionDetail }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { step } = useSearch({ strict: false });
  const types = useNodeTypes();
  const version = useQuery({
    queryKey: ["version", run.versionId],
    queryFn: () => body(api.GET("/api/workflows/{id}/versions/{version}", { params: { path: { id: run.workflowId, version: run.versionId } } })),
    staleTime: Infinity,
  });
  const doc = version.data?.document;
  const ports = usePorts(doc ?? {});
  const states = useMemo(() => statesOf(run), [run]);
  const chosen = step ?? run.waits[0]?.node ?? run.errorNode ?? undefined;
  const selected = useMemo(() => new Set(chosen ? [chosen] : []), [chosen]);
  const choose = (name: string | undefined) => void navigate({ to: "/executions/$id", params: { id: run.id }, search: { step: name }, replace: true });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Bar run={run} />
      <div className="flex min-h-0 flex-1 flex-col overflow-auto lg:flex-row lg:overflow-hidden">
        <div className="flex min-w-0 flex-1 flex-col lg:min-h-0">
          <div className="h-72 shrink-0 border-b lg:h-auto lg:min-h-0 lg:flex-1" role="img" aria-label={t("The graph that ran; its steps are listed below")}>
            {doc && <Graph document={doc} types={types} ports={ports} states={states} selected={selected} onSelect={() => undefined} onOpen={choose} />}
            {version.isError && <p className="p-4 text-text2">{t("The version that ran is gone; its steps are below.")}</p>}
          </div>
          <TimeLine run={run} chosen={chosen} onChoose={choose} />
        </div>
        {chosen && <StepPane key={chosen} run={run} name={chosen} onClose={() => choose(undefined)} />}
      </div>
    </div>
  );
}

function Bar({ run }: { run: ExecutionDetail }) {
  const { t } = useTranslation();
  const may = useMay();
  const times = useTimes();
  const words = useRunWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const params = { params: { path: { id: run.id } } };
  const act = useMutation({
    mutationFn: (work: () => Promise<string | undefined>) => work(),
    onSuccess: async (next) => {
      await client.invalidateQueries({ queryKey: ["execution"] });
      await client.invalidateQueries({ queryKey: ["executions"] });
      if (next && next !== run.id) await navigate({ to: "/executions/$id", params: { id: next }, search: {} });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const cancel = async () => {
    await body(api.POST("/api/executions/{id}/cancel", params));
    return run.id;
  };
  const retry = async () => (await body(api.POST("/api/executions/{id}/retry", params))).executionId;
  const replay = async () => (await body(api.POST("/api/executions/{id}/replay", { ...params, body: {} }))).executionId;
  const facts: [string, string][] = [
    [t("Started"), times.short(run.startedAt)],
    [t("Took"), took(run.durationMs)],
    [t("Key"), run.businessKey ?? ""],
    [t("Resumed"), run.resumed ? t("{{count}} times, without repeating", { count: run.resumed }) : ""],
  ];
  return (
    <header className="shrink-0 border-b">
      <div className="flex min-h-13 flex-wrap items-center gap-x-3 gap-y-2 px-5 py-2 max-sm:px-4">
        <h1 className="min-w-0 truncate text-title font-semibold">
          <Link to="/executions" className="font-normal text-text2 hover:underline max-sm:hidden">{t("Executions")} <span aria-hidden>› </span></Link>
          {run.workflowName ?? t("Execution")}
        </h1>
        <StateMark state={stateOf(run)} word={words.state(run)} />
        <span className="text-text3">{words.mode(run.mode)}</span>
        <div className="ml-auto flex flex-wrap gap-2">
          <Link to="/workflows/$id" params={{ id: run.workflowId }} className="inline-flex h-8 items-center rounded-control px-3 font-medium text-text2 hover:bg-hover">{t("Open the workflow")}</Link>
          {may("executions.control") && !isOver(run.status) && <Button look="danger" icon={<CircleStop size={16} strokeWidth={1.75} />} disabled={act.isPending} onClick={() => act.mutate(cancel)}>{t("Cancel run")}</Button>}
          {may("executions.control") && isOver(run.status) && <Button icon={<Copy size={16} strokeWidth={1.75} />} disabled={act.isPending} title={t("A new run with the same input and new keys")} onClick={() => act.mutate(replay)}>{t("Replay")}</Button>}
          {may("executions.control") && run.status === "error" && <Button look="primary" icon={<RotateCcw size={16} strokeWidth={1.75} />} disabled={act.isPending} title={t("This run goes on from the failed step, with its keys")} onClick={() => act.mutate(retry)}>{t("Retry")}</Button>}
        </div>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 border-t px-5 py-2 max-sm:px-4">
        {facts.filter(([, value]) => value).map(([name, value]) => (
          <div key={name} className="flex gap-1.5"><dt className="text-text3">{name}</dt><dd className="font-medium tabular-nums">{value}</dd></div>
        ))}
      </dl>
      {run.errorMessage && <p role="alert" className="border-t bg-err-soft px-5 py-2 break-words text-err max-sm:px-4">{run.errorNode && <b>{run.errorNode}: </b>}{run.errorMessage}</p>}
    </header>
  );
}

/** The seam: a knot for each step that is saved, and a bar for its time. */
function TimeLine({ run, chosen, onChoose }: { run: ExecutionDetail; chosen?: string; onChoose: (name: string) => void }) {
  const { t } = useTranslation();
  const steps = run.steps.items;
  const begin = Math.min(...steps.map((it) => Date.parse(it.startedAt)));
  const end = Math.max(...steps.map((it) => Date.parse(it.startedAt) + it.durationMs), begin + 1);
  const at = (ms: number) => `${((ms - begin) / (end - begin)) * 100}%`;
  return (
    <section className="lg:max-h-[45%] lg:shrink-0 lg:overflow-auto">
      <h2 className="flex gap-2 px-5 pt-3 pb-1 font-semibold max-sm:px-4">{t("Steps")} <span className="font-normal text-text3">{t("Every knot on the seam is saved and will not run again.")}</span></h2>
      <ol>
        {steps.map((it) => (
          <li key={`${it.node} ${it.run}`}>
            <button type="button" aria-current={it.node === chosen || undefined} onClick={() => onChoose(it.node)} className={clsx("flex h-10 w-full items-center gap-3 border-b px-5 text-left hover:bg-hover max-sm:px-4", it.node === chosen && "bg-accent-soft")}>
              <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", it.error ? "bg-err" : "bg-text2")} />
              <span className="w-44 min-w-0 truncate font-medium">{it.node}{it.run > 0 && <span className="text-text3"> #{it.run + 1}</span>}</span>
              <span className="w-20 shrink-0"><StateMark state={it.error ? "error" : "success"} word={it.error ? t("Failed") : t("Done")} /></span>
              <span aria-hidden className="relative h-2 flex-1 max-sm:hidden">
                <span className={clsx("absolute h-2 min-w-0.5 rounded-[2px]", it.error ? "bg-err" : "bg-off")} style={{ left: at(Date.parse(it.startedAt)), width: `${(it.durationMs / (end - begin)) * 100}%`, maxWidth: "100%" }} />
              </span>
              <span className="w-16 shrink-0 text-right text-text2 tabular-nums">{took(it.durationMs)}</span>
            </button>
          </li>
        ))}
        {[...run.inFlight.map((it) => [it.node, "running"] as const), ...run.waits.map((it) => [it.node, it.kind === "inDoubt" ? "inDoubt" : "waiting"] as const)].map(([node, state], n) => (
          <li key={n}>
            <button type="button" onClick={() => onChoose(node)} className="flex h-10 w-full items-center gap-3 border-b px-5 text-left hover:bg-hover max-sm:px-4">
              <StateIcon state={state as State} size={12} />
              <span className="font-medium">{node}</span>
            </button>
          </li>
        ))}
      </ol>
      {run.steps.total > steps.length && <p className="px-5 py-2 text-text2">{t("The first {{count}} steps are shown.", { count: steps.length })}</p>}
    </section>
  );
}

function StepPane({ run, name, onClose }: { run: ExecutionDetail; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const runs = run.steps.items.filter((it) => it.node === name);
  const [nth, setNth] = useState(runs.length - 1);
  const it = runs[Math.min(nth, runs.length - 1)];
  const wait = run.waits.find((one) => one.node === name);
  const inputs = (it?.sources ?? []).flatMap((source) => {
    if (!source) return [];
    const from = run.steps.items.find((one) => one.node === source.node && one.run === source.run);
    return from?.outputs[source.output]?.items ?? [];
  });
  return (
    <aside aria-label={name} className="flex shrink-0 flex-col gap-4 overflow-auto border-l p-5 max-lg:border-t max-lg:border-l-0 max-sm:px-4 lg:w-96">
      <div className="flex items-center justify-between gap-2">
        <h2 className="truncate text-title font-semibold">{name}</h2>
        <Button small look="quiet" onClick={onClose}>{t("Close")}</Button>
      </div>
      {wait && <Decision run={run} wait={wait} />}
      {runs.length > 1 && <div className="flex items-center gap-2"><Button small disabled={nth <= 0} onClick={() => setNth(nth - 1)}>{t("Previous")}</Button><span className="tabular-nums">{nth + 1} / {runs.length}</span><Button small disabled={nth >= runs.length - 1} onClick={() => setNth(nth + 1)}>{t("Next")}</Button></div>}
      {it?.error && <div role="alert" className="rounded-card bg-err-soft px-3 py-2"><p className="font-semibold break-words text-err">{it.error.message}</p>{it.error.description && <p className="break-words text-text2">{it.error.description}</p>}</div>}
      {it && it.tries > 1 && <p className="text-text2">{t("Tried {{count}} times", { count: it.tries })}</p>}
      {it?.outputs.map((output, n) => <Items key={n} title={it.outputs.length > 1 ? t("Output {{n}}", { n: n + 1 }) : t("Output")} items={output.items} total={output.total} />)}
      {it && <Items title={t("Input")} items={inputs} total={inputs.length} />}
      {it && it.log.length > 0 && <pre className="overflow-auto rounded-card border bg-sunken p-2 text-small">{it.log.join("\n")}</pre>}
      {!it && !wait && <p className="text-text2">{t("This node was not reached.")}</p>}
    </aside>
  );
}

function Decision({ run, wait }: { run: ExecutionDetail; wait: Wait }) {
  const { t } = useTranslation();
  const may = useMay();
  const times = useTimes();
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: string | undefined) => body(api.POST("/api/executions/{id}/waits/{wait}/answer", { params: { path: { id: run.id, wait: wait.id } }, body: { decision } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["execution"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const isDoubt = wait.kind === "inDoubt";
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{isDoubt ? t("Did this step happen?") : t("It waits here")}</h3>
      <p className="text-text2">{isDoubt ? t("The server stopped after the step began and before its answer was saved. Only the other side knows.") : wait.deadline ? t("At the latest until {{time}}.", { time: times.short(wait.deadline) }) : t("Until it is answered.")}</p>
      {isDoubt && may("executions.answer") && (
        <div className="flex flex-wrap gap-2">
          <Button disabled={decide.isPending} onClick={() => decide.mutate("retry")}>{t("Send again with the same key")}</Button>
          <Button look="danger" disabled={decide.isPending} onClick={() => decide.mutate("fail")}>{t("Fail this step")}</Button>
        </div>
      )}
    </section>
  );
}
