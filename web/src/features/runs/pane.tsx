// One step of an execution: what it got and gave, and what a person is to decide.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { clsx } from "clsx";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { ExecutionDetail, Schemas, Wait } from "~/api/types";
import { Items } from "~/features/items";
import { faultWords } from "~/lib/faults";
import { useTimes } from "~/lib/language";
import { Button, LINK } from "~/ui/button";
import { useCopy } from "~/ui/copy";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Said } from "~/ui/field";
import { Loading } from "~/ui/page";
import { say } from "~/ui/toast";
import { gotOf } from "./input";

interface Props {
  run: ExecutionDetail;
  name: string;
  /** What its outputs are called. */
  outputs: readonly Schemas["Port"][];
  /** Somebody has just chosen it: on a narrow screen it lies below what he looks at. */
  isAsked: boolean;
  onClose: () => void;
  onAgain?: () => void;
}

export function StepPane({ run, name, outputs, isAsked, onClose, onAgain }: Props) {
  const { t } = useTranslation();
  const runs = run.steps.items.filter((it) => it.node === name);
  const [nth, setNth] = useState(runs.length - 1);
  const it = runs[Math.min(nth, runs.length - 1)];
  const wait = run.waits.find((one) => one.node === name);
  const got = gotOf(run, it);
  const pane = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isAsked) pane.current?.scrollIntoView({ block: "nearest" });
  }, [isAsked]);
  return (
    <aside ref={pane} aria-label={name} className={clsx("flex shrink-0 flex-col gap-4 overflow-auto border-l p-5 max-lg:border-l-0 max-sm:px-4 lg:w-96", isFirst(run, name) ? "max-lg:order-first max-lg:border-b" : "max-lg:border-t")}>
      <div className="flex items-center justify-between gap-2">
        <h2 className="truncate text-title font-semibold">{name}</h2>
        <Button small look="quiet" onClick={onClose}>{t("Close")}</Button>
      </div>
      {wait && <Decision run={run} wait={wait} />}
      {runs.length > 1 && <div className="flex items-center gap-2"><Button small disabled={nth <= 0} onClick={() => setNth(nth - 1)}>{t("Previous")}</Button><span className="tabular-nums">{nth + 1} / {runs.length}</span><Button small disabled={nth >= runs.length - 1} onClick={() => setNth(nth + 1)}>{t("Next")}</Button></div>}
      {it?.error && <div role="alert" className="rounded-card bg-err-soft px-3 py-2"><p className="font-semibold break-words text-err"><Said text={faultWords(it.error.message)} /></p>{it.error.description && <p className="break-words text-text2">{faultWords(it.error.description)}</p>}</div>}
      {it && it.tries > 1 && <p className="text-text2">{t("Tried {{count}} times", { count: it.tries })}</p>}
      {it?.outputs.map((output, n) => <Items key={n} title={it.outputs.length > 1 ? outputs[n]?.name || t("Output {{n}}", { n: n + 1 }) : t("Output")} items={output.items} total={output.total} source={{ executionId: run.id, node: it.node, run: it.run, output: n }} />)}
      {it && <Items title={t("Input")} items={got.items} total={got.total} />}
      {it && it.log.length > 0 && <pre className="overflow-auto rounded-card border bg-sunken p-2 text-small">{it.log.join("\n")}</pre>}
      {it && onAgain && <Button className="self-start" icon={<Copy size={16} strokeWidth={1.75} />} onClick={onAgain}>{t("Replay from here…")}</Button>}
      {!it && !wait && <p className="text-text2">{t("This node was not reached.")}</p>}
    </aside>
  );
}

/** What waits for a person is what he came for: on a narrow screen it stands before the graph. */
const isFirst = (run: ExecutionDetail, name: string) => run.waits.some((it) => it.node === name);

type Decided = Schemas["AnswerFields"];

function Decision({ run, wait }: { run: ExecutionDetail; wait: Wait }) {
  const { t } = useTranslation();
  const may = useMay();
  const times = useTimes();
  const client = useQueryClient();
  const [isHappened, setHappened] = useState(false);
  const decide = useMutation({
    mutationFn: ({ decision, result }: Decided) => body(api.POST("/api/executions/{id}/waits/{wait}/answer", { params: { path: { id: run.id, wait: wait.id } }, body: { decision, result } })),
    onSuccess: () => {
      setHappened(false);
      return client.invalidateQueries({ queryKey: ["execution"] });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const isDoubt = wait.kind === "inDoubt";
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{isDoubt ? t("Did this step happen?") : t("It waits here")}</h3>
      <p className="text-text2">{isDoubt ? t("The server stopped after the step began and before its answer was saved. Only the other side knows.") : wait.deadline ? t("At the latest until {{time}}.", { time: times.short(wait.deadline) }) : t("Until it is answered.")}</p>
      {isDoubt && <Known wait={wait} />}
      {isDoubt && may("executions.answer") && (
        <div className="flex flex-wrap gap-2">
          <Button disabled={decide.isPending} onClick={() => decide.mutate({ decision: "retry" })}>{t("Send again with the same key")}</Button>
          <Button disabled={decide.isPending} title={t("You have looked, and it is there; the run goes on.")} onClick={() => setHappened(true)}>{t("It happened…")}</Button>
          <Button look="danger" disabled={decide.isPending} onClick={() => decide.mutate({ decision: "fail" })}>{t("Fail this step")}</Button>
        </div>
      )}
      {(wait.kind === "form" || wait.kind === "webhook") && may("executions.answer") && <Called run={run} wait={wait} />}
      {isHappened && <Happened isBusy={decide.isPending} onClose={() => setHappened(false)} onDone={(result) => decide.mutate({ decision: "done", result })} />}
    </section>
  );
}

/** Where it is called: a form to fill in, or an address to hand on. */
function Called({ run, wait }: { run: ExecutionDetail; wait: Wait }) {
  const { t } = useTranslation();
  const copy = useCopy();
  const found = useQuery({ queryKey: ["execution", run.id, "address", wait.id], queryFn: () => body(api.GET("/api/executions/{id}/waits/{wait}/address", { params: { path: { id: run.id, wait: wait.id } } })) });
  if (found.isError) return <p role="alert" className="break-words text-err">{messageOf(found.error)}</p>;
  if (!found.data) return <Loading rows={1} label={t("Reading the address")} />;
  const { url } = found.data;
  return (
    <div className="flex flex-wrap gap-2">
      {wait.kind === "form" && <a href={url} target="_blank" rel="noreferrer" className={LINK}>{t("Fill in the form")}</a>}
      <Button onClick={() => copy(url)}>{t("Copy the address")}</Button>
    </div>
  );
}

/** What the other side gave, as far as one knows: the steps after this one may need it. */
function Happened({ isBusy, onClose, onDone }: { isBusy: boolean; onClose: () => void; onDone: (result: Decided["result"]) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const read = readResult(text);
  return (
    <Dialog open onClose={onClose} title={t("It happened")} about={t("The run goes on as if the step had given this. Nothing is sent.")} closeLabel={t("Close")}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (read) onDone(read.result);
        }}
      >
        <Field label={t("What it gave, as JSON")} hint={t("Leave it empty when no later step reads it.")} fault={read ? undefined : t("This is no JSON.")}>
          {(ids) => <Area {...ids} spellCheck={false} className="min-h-32 font-mono text-small" value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        <Button type="submit" look="primary" className="self-end" disabled={isBusy || !read}>{t("It happened, go on")}</Button>
      </form>
    </Dialog>
  );
}

function readResult(text: string): { result?: Decided["result"] } | undefined {
  if (!text.trim()) return {};
  try {
    return { result: JSON.parse(text) as Decided["result"] };
  } catch {
    return undefined;
  }
}

/** What is recorded of an effect in doubt. */
function Known({ wait }: { wait: Wait }) {
  const { t } = useTranslation();
  const details = wait.details as { key?: unknown } | null;
  const key = typeof details?.key === "string" ? details.key : undefined;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
      <dt className="text-text3">{t("Step")}</dt>
      <dd className="truncate">{wait.node}{wait.run > 0 && ` #${wait.run + 1}`}</dd>
      {key && <><dt className="text-text3">{t("Key of the effect")}</dt><dd className="font-mono text-small break-all">{key}</dd></>}
      <dt className="text-text3">{t("Answer")}</dt>
      <dd>{t("none recorded")}</dd>
    </dl>
  );
}
