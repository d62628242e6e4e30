// Failed executions by their cause, to be retried together.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronRight, RotateCcw } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { listen } from "~/api/events";
import { useMay } from "~/api/me";
import { faultWords } from "~/lib/faults";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Said } from "~/ui/field";
import { Empty, Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { causesOf, type Cause } from "./causes";
import { RunTable } from "./table";
import { spanOf, type Filters } from "./wanted";

const READ_MAX = 500;
/** How many are asked for at the same time. */
const AT_ONCE = 4;

export function Causes({ wanted }: { wanted: Filters }) {
  const { t } = useTranslation();
  const { workflowId, search, since, from, until } = wanted;
  const list = useQuery({
    queryKey: ["executions", "causes", workflowId, search, since, from, until],
    queryFn: () => body(api.GET("/api/executions", { params: { query: { status: "error", workflowId, search: search || undefined, ...spanOf(wanted), pageSize: READ_MAX } } })),
  });
  const causes = useMemo(() => causesOf(list.data?.items ?? []), [list.data]);
  const follow = useFollowed();
  if (list.isPending) return <Loading label={t("Reading the executions")} />;
  if (list.isError) return <Trouble title={t("The executions could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />;
  if (causes.length === 0) return <Empty title={t("Nothing has failed.")} />;
  return (
    <>
      <ul className="flex flex-col gap-2">{causes.map((it) => <OneCause key={it.key} cause={it} onRetried={follow} />)}</ul>
      {list.data.total > READ_MAX && <p className="mt-3 text-text2">{t("Of the last {{count}} failures.", { count: READ_MAX })}</p>}
    </>
  );
}

/** Reads again when one of the runs that were retried here has ended. */
function useFollowed() {
  const client = useQueryClient();
  const followed = useRef(new Set<string>());
  useEffect(() => {
    const read = () => void client.invalidateQueries({ queryKey: ["executions", "causes"] });
    return listen("/api/executions/events", { onEvent: (it) => it.kind === "ended" && followed.current.delete(it.executionId) && read(), onGap: read });
  }, [client]);
  return (id: string) => void followed.current.add(id);
}

function OneCause({ cause, onRetried }: { cause: Cause; onRetried: (id: string) => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const times = useTimes();
  const { progress, retry } = useRetries(cause, onRetried);
  const [isOpen, setOpen] = useState(false);
  const [newest, oldest] = [cause.runs[0], cause.runs[cause.runs.length - 1]];
  const Fold = isOpen ? ChevronDown : ChevronRight;
  return (
    <li className="rounded-card border">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-3 py-2.5">
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="flex min-w-0 flex-1 basis-60 items-start gap-2 text-left">
          <Fold size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-text3" />
          <span className="min-w-0">
            <span className="line-clamp-2 font-medium break-words"><Said text={faultWords(cause.message) || t("No message")} /></span>
            <span className="block text-text2">{cause.workflowName}{cause.node && <> › {cause.node}</>}</span>
          </span>
        </button>
        <span className="text-text2 tabular-nums">
          <b className="font-semibold text-text">{t("{{count}} failures", { count: cause.runs.length })}</b>
          {newest && <span className="block text-small" title={times.exact(newest.startedAt)}>{oldest && oldest !== newest ? t("{{from}} to {{to}}", { from: times.short(oldest.startedAt), to: times.short(newest.startedAt) }) : times.short(newest.startedAt)}</span>}
        </span>
        {may("executions.control") && (
          <Button icon={<RotateCcw size={16} strokeWidth={1.75} />} disabled={progress !== undefined} onClick={() => void retry()}>
            {progress === undefined ? t("Retry {{count}}", { count: cause.runs.length }) : `${progress} / ${cause.runs.length}`}
          </Button>
        )}
      </div>
      {progress !== undefined && <progress className="block h-1 w-full accent-accent" aria-label={t("Retried")} value={progress} max={cause.runs.length} />}
      {isOpen && (
        <div className="border-t px-3 py-2">
          <Link to="/workflows/$id" params={{ id: cause.workflowId }} search={{ node: cause.node || undefined }} className="text-accent-text underline">{t("Open the step in the workflow")}</Link>
          <RunTable rows={cause.runs.slice(0, 20)} />
        </div>
      )}
    </li>
  );
}

function useRetries(cause: Cause, onRetried: (id: string) => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [progress, setProgress] = useState<number>();
  const retry = async () => {
    const left = [...cause.runs];
    const n = left.length;
    let [done, refused] = [0, 0];
    setProgress(0);
    const work = async () => {
      for (let it = left.pop(); it; it = left.pop()) {
        onRetried(it.id);
        await body(api.POST("/api/executions/{id}/retry", { params: { path: { id: it.id } } })).catch(() => (refused += 1));
        setProgress((done += 1));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setProgress(undefined);
    say(refused ? t("{{done}} run again; {{refused}} could not be retried.", { done: n - refused, refused }) : t("{{count}} run again.", { count: n }), refused ? "error" : "note");
    await client.invalidateQueries({ queryKey: ["executions"] });
  };
  return { progress, retry };
}
