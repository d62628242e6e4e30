// The latest requests that came to a webhook: looked into, copied, and sent once more.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Button } from "~/ui/button";
import { useCopy } from "~/ui/copy";
import { CELL, Loading, ROW, Table } from "~/ui/page";
import { BLANKED, curl } from "./curl";
import { AnswerView, RequestView, seen } from "./request";

type Hook = Schemas["Webhook"];
type Call = Schemas["WebhookCall"];

export function Calls({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  const times = useTimes();
  const [open, setOpen] = useState<string>();
  const list = useQuery({
    queryKey: ["calls", hook.id],
    queryFn: () => body(api.GET("/api/webhooks/{id}/logs", { params: { path: { id: hook.id }, query: { pageSize: 100 } } })),
    refetchInterval: 4000,
  });
  const rows = list.data?.items ?? [];
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t("Requests to {{path}}", { path: hook.path })}</h2>
      {list.isPending && <Loading rows={2} label={t("Reading the requests")} />}
      {list.isError && <p role="alert" className="text-err">{messageOf(list.error)}</p>}
      {list.data && rows.length === 0 && <p className="text-text2">{t("Nobody has called yet.")}</p>}
      {rows.length > 0 && (
        <Table label={t("Requests")} head={[t("Time"), t("Answer"), t("Method"), <span key="t" className="wide">{t("Took")}</span>, t("Execution")]}>
          {rows.map((it) => (
            <Fragment key={it.id}>
              <tr className={ROW}>
                <td className={`${CELL} tabular-nums`} title={times.exact(it.at)}><button type="button" className="text-accent-text hover:underline" aria-expanded={open === it.id} onClick={() => setOpen(open === it.id ? undefined : it.id)}>{times.short(it.at)}</button></td>
                <td className={`${CELL} tabular-nums ${it.status >= 400 ? "text-err" : ""}`}>{it.status}</td>
                <td className={`${CELL} font-mono text-small`}>{it.method}</td>
                <td className={`${CELL} tabular-nums max-sm:hidden`}>{took(it.durationMs)}</td>
                <td className={CELL}>{it.executionId && <Link to="/executions/$id" params={{ id: it.executionId }} className="text-accent-text hover:underline">{t("See the run")}</Link>}</td>
              </tr>
              {open === it.id && <tr className="border-b"><td colSpan={5} className="py-3"><One hook={hook} call={it} /></td></tr>}
            </Fragment>
          ))}
        </Table>
      )}
    </section>
  );
}

function One({ hook, call }: { hook: Hook; call: Call }) {
  const { t } = useTranslation();
  const mayRun = useMay()("workflows.run");
  const copy = useCopy();
  const client = useQueryClient();
  const request = seen(call.request);
  const url = hook.url.slice(0, hook.url.length - hook.path.length) + call.path;
  const again = useMutation({
    mutationFn: (draft: boolean) => body(api.POST("/api/webhooks/{id}/logs/{call}/replay", { params: { path: { id: hook.id, call: call.id } }, body: { draft } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["calls", hook.id] }),
  });
  const hasSecrets = Object.values(request?.headers ?? {}).includes(BLANKED);
  return (
    <div className="flex flex-col gap-3">
      <RequestView request={call.request} />
      {request && (
        <div className="flex flex-wrap items-center gap-2">
          <Button small onClick={() => copy(curl({ method: call.method, url, ...request }))}>{t("Copy as curl")}</Button>
          {mayRun && <Button small disabled={again.isPending} onClick={() => again.mutate(false)}>{t("Send again")}</Button>}
          {mayRun && <Button small disabled={again.isPending} onClick={() => again.mutate(true)}>{t("Send again to the draft")}</Button>}
          {hasSecrets && <span className="text-small text-text3">{t("Secret headers are not kept: it goes without them.")}</span>}
        </div>
      )}
      {again.error && <p role="alert" className="text-err">{messageOf(again.error)}</p>}
      {again.data && <AnswerView answer={again.data} />}
    </div>
  );
}
