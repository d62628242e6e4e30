// The draft of a webhook: called from here, or waiting for a call from elsewhere that is shown as it comes.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { useCopy } from "~/ui/copy";
import { Area, Field, Input, Select } from "~/ui/field";
import { say } from "~/ui/toast";
import { AnswerView, RequestView } from "./request";

type Hook = Schemas["Webhook"];

export function Trying({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  return (
    <section className="grid gap-6 lg:grid-cols-2">
      <h2 className="sr-only">{t("Try the draft")}</h2>
      <Sending hook={hook} />
      <Waiting hook={hook} />
    </section>
  );
}

function Sending({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [method, setMethod] = useState(hook.methods[0] ?? "POST");
  const [path, setPath] = useState(hook.path);
  const [text, setText] = useState("{}");
  const hasBody = method !== "GET" && method !== "HEAD";
  const send = useMutation({
    mutationFn: () => body(api.POST("/api/webhooks/{id}/test", { params: { path: { id: hook.id } }, body: { method, path, body: hasBody ? text : null } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["calls", hook.id] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit} className="flex min-w-0 flex-col gap-3">
      <h3 className="font-semibold">{t("Call the draft")}</h3>
      <div className="flex gap-2">
        <Select aria-label={t("Method")} className="w-28!" value={method} onChange={(event) => setMethod(event.target.value)}>{hook.methods.map((it) => <option key={it}>{it}</option>)}</Select>
        <Input aria-label={t("Path")} className="font-mono text-small" value={path} onChange={(event) => setPath(event.target.value)} />
      </div>
      {hasBody && <Field label={t("Body")}>{(ids) => <Area {...ids} className="font-mono text-small" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />}</Field>}
      <Button type="submit" className="self-start" disabled={send.isPending}>{t("Send")}</Button>
      {send.error && <p role="alert" className="text-err">{messageOf(send.error)}</p>}
      {send.data && <AnswerView answer={send.data} />}
      {send.data?.executionId && <Link to="/executions/$id" params={{ id: send.data.executionId }} className="self-start text-accent-text hover:underline">{t("See the run")}</Link>}
    </form>
  );
}

/** How often the log is looked at while a call is waited for. */
const LOOK_MS = 1000;

function Waiting({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  const copy = useCopy();
  const client = useQueryClient();
  const [since, setSince] = useState<Date>();
  const path = { params: { path: { id: hook.workflowId } } };
  const begin = useMutation({
    mutationFn: () => body(api.POST("/api/workflows/{id}/listen", { ...path, body: { seconds: null } })),
    onMutate: () => setSince(new Date()),
    onError: (error) => {
      setSince(undefined);
      say(messageOf(error), "error");
    },
  });
  const stop = useMutation({ mutationFn: () => api.DELETE("/api/workflows/{id}/listen", path), onSettled: () => begin.reset() });
  const until = begin.data && new Date(begin.data.until).getTime();
  const heard = useQuery({
    queryKey: ["heard", hook.id, since?.getTime()],
    queryFn: () => body(api.GET("/api/webhooks/{id}/logs", { params: { path: { id: hook.id }, query: { from: since?.toISOString(), pageSize: 1 } } })),
    enabled: begin.isSuccess,
    refetchInterval: ({ state }) => (state.data?.items.length ? false : LOOK_MS),
  });
  const call = heard.data?.items[0];
  // The log below knows of it at once.
  useEffect(() => {
    if (call) void client.invalidateQueries({ queryKey: ["calls", hook.id] });
  }, [call, client, hook.id]);
  useEnd(call ? undefined : until, () => begin.reset());
  const address = begin.data?.addresses.find((it) => it.nodeId === hook.nodeId);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <h3 className="font-semibold">{t("Wait for a call")}</h3>
      {!begin.isSuccess && (
        <>
          <p className="text-text2">{t("The draft hears the next call of its test address, from wherever it comes.")}</p>
          <Button className="self-start" disabled={begin.isPending} onClick={() => begin.mutate()}>{t("Listen")}</Button>
        </>
      )}
      {begin.isSuccess && !call && (
        <>
          <p role="status" className="text-run">{t("Waiting for a call …")}</p>
          {address && <button type="button" className="min-w-0 self-start rounded-control bg-hover px-2 py-1 text-left font-mono text-small break-all" title={t("Copy the address")} onClick={() => copy(address.url)}>{address.url}</button>}
          <Button className="self-start" onClick={() => stop.mutate()}>{t("Stop")}</Button>
        </>
      )}
      {begin.isSuccess && call && (
        <>
          <p role="status"><span className="font-medium text-ok">{t("It came.")}</span> {call.method} {call.path} · {t("Answered {{status}}", { status: call.status })}</p>
          <RequestView request={call.request} />
          <div className="flex items-center gap-3">
            <Button onClick={() => begin.mutate()}>{t("Listen again")}</Button>
            {call.executionId && <Link to="/executions/$id" params={{ id: call.executionId }} className="text-accent-text hover:underline">{t("See the run")}</Link>}
          </div>
        </>
      )}
    </div>
  );
}

/** Runs at a time; nothing where there is none. */
function useEnd(at: number | undefined, run: () => void) {
  useEffect(() => {
    if (at === undefined) return;
    const timer = setTimeout(run, Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
    // The function is a new one at each look, and does the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [at]);
}
