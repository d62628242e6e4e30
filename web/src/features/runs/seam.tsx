// The seam: a knot for each step that is saved, a bar for its time, and scissors where the server stopped.
import { clsx } from "clsx";
import { Scissors } from "lucide-react";
import { Fragment, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ExecutionDetail, Step } from "~/api/types";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { StateIcon, StateMark, type State } from "~/ui/state";
import { axisOf, type Axis } from "./axis";

export function Seam({ run, chosen, onChoose }: { run: ExecutionDetail; chosen?: string; onChoose: (name: string) => void }) {
  const { t } = useTranslation();
  const steps = run.steps.items;
  const axis = useMemo(() => axisOf(steps.map((it) => ({ startMs: Date.parse(it.startedAt), endMs: Date.parse(it.startedAt) + it.durationMs }))), [steps]);
  // What waits has begun, too, and is told once.
  const atWork = run.inFlight.filter((it) => !run.waits.some((wait) => wait.node === it.node && wait.run === it.run));
  const open = [...atWork.map((it) => [it.node, "running"] as const), ...run.waits.map((it) => [it.node, it.kind === "inDoubt" ? "inDoubt" : "waiting"] as const)];
  const words: Record<string, string> = { running: t("Running"), inDoubt: t("In doubt"), waiting: t("Waiting") };
  const resumed = (n: number) => <Resumed run={run} at={n} last={n === steps.length} />;
  return (
    <section className="lg:max-h-[45%] lg:shrink-0 lg:overflow-auto">
      <h2 className="flex gap-2 px-5 pt-3 pb-1 font-semibold max-sm:px-4">{t("Steps")} <span className="font-normal text-text3">{t("Every knot on the seam is saved and will not run again.")}</span></h2>
      <ol>
        {steps.map((it, n) => (
          <Fragment key={`${it.node} ${it.run}`}>
            {resumed(n)}
            <li>
              <button type="button" aria-current={it.node === chosen || undefined} onClick={() => onChoose(it.node)} className={clsx("flex h-10 w-full items-center gap-3 border-b px-5 text-left hover:bg-hover max-sm:px-4", it.node === chosen && "bg-accent-soft")}>
                <span aria-hidden className={clsx("size-2 shrink-0 rounded-full", it.error ? "bg-err" : "bg-text2")} />
                <span className="w-44 min-w-0 truncate font-medium">{it.node}{it.run > 0 && <span className="text-text3"> #{it.run + 1}</span>}</span>
                <span className="w-24 shrink-0"><StateMark state={it.error ? "error" : "success"} word={it.error ? t("Failed") : isKept(run, n) ? t("Done, kept") : t("Done")} /></span>
                <span aria-hidden className="relative h-full flex-1 max-sm:hidden"><Bar step={it} axis={axis} /></span>
                <span className="w-16 shrink-0 text-right text-text2 tabular-nums">{took(it.durationMs)}</span>
              </button>
            </li>
          </Fragment>
        ))}
        {resumed(steps.length)}
        {open.map(([node, state], n) => (
          <li key={n}>
            <button type="button" aria-current={node === chosen || undefined} onClick={() => onChoose(node)} className={clsx("flex h-10 w-full items-center gap-3 border-b px-5 text-left hover:bg-hover max-sm:px-4", state === "inDoubt" && "bg-doubt-soft")}>
              <StateIcon state={state as State} size={12} />
              <span className="w-44 min-w-0 truncate font-medium">{node}</span>
              <span className="text-text2">{words[state]}</span>
            </button>
          </li>
        ))}
      </ol>
      {run.steps.total > steps.length && <p className="px-5 py-2 text-text2">{t("The first {{count}} steps are shown.", { count: steps.length })}</p>}
    </section>
  );
}

function Bar({ step, axis }: { step: Step; axis: Axis }) {
  const { t } = useTranslation();
  const start = Date.parse(step.startedAt);
  const left = axis.at(start);
  const percent = (it: number) => `${it * 100}%`;
  return (
    <>
      {axis.folds.map((it) => <span key={it.startMs} title={t("{{time}} in which no step ran", { time: took(it.endMs - it.startMs) })} className="absolute inset-y-0 bg-[repeating-linear-gradient(45deg,transparent_0_4px,var(--line)_4px_5px)]" style={{ left: percent(it.at), width: percent(it.width) }} />)}
      <span className={clsx("absolute top-1/2 h-2 min-w-0.5 -translate-y-1/2 rounded-[2px]", step.error ? "bg-err" : "bg-off")} style={{ left: percent(left), width: percent(axis.at(start + step.durationMs) - left), maxWidth: "100%" }} />
    </>
  );
}

/** Whether a step was finished before the server stopped, and so was kept. */
const isKept = (run: ExecutionDetail, n: number) => run.resumes.some((it) => n < it.nKept);

/** Longest list of names that is read out. */
const NAMES_MAX = 6;

/** Where the execution was taken up again: after so many steps, or after the last that is shown. */
function Resumed({ run, at, last }: { run: ExecutionDetail; at: number; last: boolean }) {
  const { t } = useTranslation();
  const times = useTimes();
  return run.resumes
    .filter((it) => it.nKept === at || (last && it.nKept > at))
    .map((it) => {
      const names = run.steps.items.slice(0, it.nKept).map((step) => step.node);
      const more = it.nKept - Math.min(names.length, NAMES_MAX);
      const list = [...names.slice(0, NAMES_MAX), ...(more > 0 ? [t("{{count}} more", { count: more })] : [])].join(", ");
      return (
        <li key={it.at} className="flex items-start gap-3 border-b bg-sunken px-5 py-2.5 max-sm:px-4">
          <Scissors size={14} strokeWidth={1.9} aria-hidden className="mt-0.5 -ml-[3px] shrink-0 text-text2" />
          <p className="min-w-0 break-words" title={times.exact(it.at)}>
            <b className="font-semibold">{t("Resumed here at {{time}}.", { time: times.short(it.at) })}</b>{" "}
            <span className="text-text2">{it.nKept ? t("The server had stopped. Not repeated: {{steps}}.", { steps: list }) : t("The server had stopped before a step was finished.")}</span>
          </p>
        </li>
      );
    });
}
