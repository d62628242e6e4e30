// Every address that published workflows listen on, and who called.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Copy } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { took } from "~/lib/time";
import { Button, IconButton } from "~/ui/button";
import { CELL, Empty, Loading, Page, ROW, Table, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";

type Hook = Schemas["Webhook"];
type Call = Schemas["WebhookCall"];

export function Webhooks() {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Hook>();
  const list = useQuery({ queryKey: ["webhooks"], queryFn: () => body(api.GET("/api/webhooks", { params: { query: { pageSize: 500 } } })) });
  const copy = (text: string) => void navigator.clipboard.writeText(text).then(() => say(t("Copied")));
  return (
    <Page title={t("Webhooks")}>
      {list.isPending && <Loading label={t("Reading the webhooks")} />}
      {list.isError && <Trouble title={t("The webhooks could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.items.length === 0 && <Empty title={t("Nothing listens yet. Publish a workflow that starts with a webhook.")}><Link to="/workflows" className="font-medium text-accent-text underline">{t("Go to Workflows")}</Link></Empty>}
      {list.data && list.data.items.length > 0 && (
        <Table label={t("Webhooks")} head={[t("Methods"), t("Address"), <span key="w" className="wide">{t("Workflow")}</span>, <span key="c" className="sr-only">{t("Actions")}</span>]}>
          {list.data.items.map((it) => (
            <tr key={it.workflowId + it.nodeId + it.path} className={ROW}>
              <td className={`${CELL} font-mono text-small`}>{it.methods.join(" ")}</td>
              <td className={`${CELL} max-w-96 font-mono text-small`} title={it.url}>{it.url}</td>
              <td className={`${CELL} max-sm:hidden`}><Link to="/workflows/$id" params={{ id: it.workflowId }} className="text-accent-text hover:underline">{t("Open")}</Link></td>
              <td className="flex h-9 items-center justify-end gap-1">
                <IconButton label={t("Copy the address")} onClick={() => copy(it.url)}><Copy size={16} strokeWidth={1.75} /></IconButton>
                <Button small aria-pressed={chosen === it} onClick={() => setChosen(chosen === it ? undefined : it)}>{t("Requests")}</Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {chosen && <Calls hook={chosen} />}
    </Page>
  );
}

function Calls({ hook }: { hook: Hook }) {
  const { t } = useTranslation();
  const times = useTimes();
  const [open, setOpen] = useState<Call>();
  const list = useQuery({
    queryKey: ["calls", hook.workflowId],
    queryFn: () => body(api.GET("/api/workflows/{id}/requests", { params: { path: { id: hook.workflowId } } })),
    refetchInterval: 4000,
  });
  const rows = (list.data?.items ?? []).filter((it) => it.nodeId === hook.nodeId);
  return (
    <section className="mt-8">
      <h2 className="mb-2 font-semibold">{t("Requests to {{path}}", { path: hook.path })}</h2>
      {list.data && rows.length === 0 && <p className="text-text2">{t("Nobody has called yet.")}</p>}
      {rows.length > 0 && (
        <Table label={t("Requests")} head={[t("Time"), t("Answer"), t("Method"), t("Took"), t("Execution")]}>
          {rows.map((it) => (
            <tr key={it.id} className={ROW}>
              <td className={`${CELL} tabular-nums`} title={times.exact(it.at)}><button type="button" className="text-accent-text hover:underline" aria-expanded={open?.id === it.id} onClick={() => setOpen(open?.id === it.id ? undefined : it)}>{times.short(it.at)}</button></td>
              <td className={`${CELL} tabular-nums`}>{it.status}</td>
              <td className={`${CELL} font-mono text-small`}>{it.method}</td>
              <td className={`${CELL} tabular-nums`}>{took(it.durationMs)}</td>
              <td className={CELL}>{it.executionId && <Link to="/executions/$id" params={{ id: it.executionId }} className="text-accent-text hover:underline">{t("See the run")}</Link>}</td>
            </tr>
          ))}
        </Table>
      )}
      {open && <pre className="mt-3 max-h-96 overflow-auto rounded-card border bg-sunken p-3 text-small" tabIndex={0} aria-label={t("The request")}>{JSON.stringify(open.request, null, 2)}</pre>}
    </section>
  );
}
