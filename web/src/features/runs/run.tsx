// One execution: the graph of the version that ran, its steps in order, and what came in and out.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { CircleStop, Columns2, Copy, RotateCcw, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { ExecutionDetail } from "~/api/types";
import { Graph, statesOf, useNodeTypes, usePorts } from "~/features/graph";
import { useCommands, type Command } from "~/lib/commands";
import { faultWords } from "~/lib/faults";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Button, IconButton } from "~/ui/button";
import { Said } from "~/ui/field";
import { Loading, Page, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { StateMark } from "~/ui/state";
import { say } from "~/ui/toast";
import { Again } from "./again";
import { Other } from "./comparing";
import { useExecution } from "./execution";
import { StepPane } from "./pane";
import { Seam } from "./seam";
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
  const may = useMay();
  const [again, setAgain] = useState<string>();
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
  const [isAsked, setAsked] = useState(false);
  const choose = (name: string | undefined) => {
    setAsked(true);
    void navigate({ to: "/executions/$id", params: { id: run.id }, search: { step: name }, replace: true });
  };
  useStepKeys(run, chosen, choose);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Bar run={run} onAgain={() => setAgain("")} />
      {again !== undefined && <Again run={run} from={again} onClose={() => setAgain(undefined)} />}
      <div className="flex min-h-0 flex-1 flex-col overflow-auto lg:flex-row lg:overflow-hidden">
        <div className="flex min-w-0 flex-1 flex-col lg:min-h-0">
          <div className="h-72 shrink-0 border-b lg:h-auto lg:min-h-0 lg:flex-1" role="img" aria-label={t("The graph that ran; its steps are listed below")}>
            {doc && <Graph document={doc} types={types} ports={ports} states={states} selected={selected} onSelect={() => undefined} onOpen={choose} />}
            {version.isError && <p className="p-4 text-text2">{t("The version that ran is gone; its steps are below.")}</p>}
          </div>
          <Seam run={run} chosen={chosen} onChoose={choose} />
        </div>
        {chosen && <StepPane key={chosen} run={run} name={chosen} isAsked={isAsked} outputs={ports.get(chosen)?.outputs ?? []} onClose={() => choose(undefined)} onAgain={may("executions.control") && isOver(run.status) ? () => setAgain(chosen) : undefined} />}
      </div>
    </div>
  );
}

/** From step to step by key. */
function useStepKeys(run: ExecutionDetail, chosen: string | undefined, choose: (name: string | undefined) => void) {
  const { t } = useTranslation();
  const latest = useRef({ run, chosen, choose });
  useEffect(() => {
    latest.current = { run, chosen, choose };
  });
  const commands = useMemo((): Command[] => {
    const go = (by: number) => {
      const { run, chosen, choose } = latest.current;
      const names = [...new Set([...run.steps.items, ...run.inFlight, ...run.waits].map((it) => it.node))];
      const at = chosen ? names.indexOf(chosen) + by : by > 0 ? 0 : names.length - 1;
      if (names[at]) choose(names[at]);
    };
    const group = t("Execution");
    return [
      { id: "next step", title: t("Next step"), group, keys: "J", run: () => go(1) },
      { id: "previous step", title: t("Previous step"), group, keys: "K", run: () => go(-1) },
      { id: "close step", title: t("Close the step"), group, keys: "Escape", run: () => latest.current.choose(undefined) },
    ];
  }, [t]);
  useCommands(commands);
}

function Bar({ run, onAgain }: { run: ExecutionDetail; onAgain: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const times = useTimes();
  const words = useRunWords();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isComparing, setComparing] = useState(false);
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
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/executions/{id}", params),
    onSuccess: async () => {
      await navigate({ to: "/executions", search: {} });
      await client.invalidateQueries({ queryKey: ["executions"] });
      say(t("The run is removed."));
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async () => {
    if (await ask(t("Remove this run? Its steps, items and files go with it. What it did outside stays done."), t("Remove the run"))) remove.mutate();
  };
  const facts: [string, string][] = [
    [t("Started"), times.short(run.startedAt)],
    [t("Took"), took(run.durationMs)],
    [t("Key"), run.businessKey ?? ""],
    [t("Resumed"), run.resumed ? t("{{count}} times, without repeating", { count: run.resumed }) : ""],
  ];
  return (
    <header className="shrink-0 border-b">
      {isComparing && <Other run={run} open onClose={() => setComparing(false)} />}
      <div className="flex min-h-13 flex-wrap items-center gap-x-3 gap-y-2 px-5 py-2 max-sm:px-4">
        <h1 className="min-w-0 truncate text-title font-semibold">
          <Link to="/executions" className="font-normal text-text2 hover:underline max-sm:hidden">{t("Executions")} <span aria-hidden>› </span></Link>
          {run.workflowName ?? t("Execution")}
        </h1>
        <StateMark state={stateOf(run)} word={words.state(run)} />
        <span className="text-text3">{words.mode(run.mode)}</span>
        <div className="ml-auto flex flex-wrap gap-2">
          <Link to="/workflows/$id" params={{ id: run.workflowId }} className="inline-flex h-8 items-center rounded-control px-3 font-medium text-text2 hover:bg-hover pointer-coarse:min-h-11">{t("Open the workflow")}</Link>
          <Button look="quiet" icon={<Columns2 size={16} strokeWidth={1.75} />} onClick={() => setComparing(true)}>{t("Compare…")}</Button>
          {may("executions.control") && !isOver(run.status) && <Button look="danger" icon={<CircleStop size={16} strokeWidth={1.75} />} disabled={act.isPending} onClick={() => act.mutate(cancel)}>{t("Cancel run")}</Button>}
          {may("executions.delete") && isOver(run.status) && <IconButton label={t("Remove the run")} disabled={remove.isPending} onClick={() => void sure()}><Trash2 size={16} strokeWidth={1.75} /></IconButton>}
          {may("executions.control") && isOver(run.status) && <Button icon={<Copy size={16} strokeWidth={1.75} />} title={t("A new run with the same input and new keys")} onClick={onAgain}>{t("Replay…")}</Button>}
          {may("executions.control") && run.status === "error" && <Button look="primary" icon={<RotateCcw size={16} strokeWidth={1.75} />} disabled={act.isPending} title={t("This run goes on from the failed step, with its keys")} onClick={() => act.mutate(retry)}>{t("Retry")}</Button>}
        </div>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 border-t px-5 py-2 max-sm:px-4">
        {facts.filter(([, value]) => value).map(([name, value]) => (
          <div key={name} className="flex gap-1.5"><dt className="text-text3">{name}</dt><dd className="font-medium tabular-nums">{value}</dd></div>
        ))}
        {run.replayOf && <Link to="/executions/$id/compare/$other" params={{ id: run.replayOf, other: run.id }} className="text-accent-text underline">{t("Compare with the run that it replays")}</Link>}
      </dl>
      {run.errorMessage && <p role="alert" className="border-t bg-err-soft px-5 py-2 break-words text-err max-sm:px-4">{run.errorNode && <b>{run.errorNode}: </b>}<Said text={faultWords(run.errorMessage)} /></p>}
    </header>
  );
}
