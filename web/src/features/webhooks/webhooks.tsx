// Every address that workflows listen on, or would once they are published: tried, called and looked at.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Copy, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import { Button, IconButton } from "~/ui/button";
import { useCopy } from "~/ui/copy";
import { CELL, Empty, Loading, Page, ROW, Table, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { Calls } from "./calls";
import { Changing } from "./changing";
import { curl } from "./curl";
import { Trying } from "./trying";

export function Webhooks() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay();
  const copy = useCopy();
  const { hook } = useSearch({ strict: false }) as { hook?: string };
  const list = useQuery({ queryKey: ["webhooks"], queryFn: () => body(api.GET("/api/webhooks", { params: { query: { pageSize: 500 } } })) });
  const make = useMutation({
    mutationFn: () => body(api.POST("/api/webhooks", { body: { name: t("Webhook") } })),
    onSuccess: ({ workflowId }) => navigate({ to: "/workflows/$id", params: { id: workflowId } }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const fresh = may("workflows.write") && (
    <Button look="primary" icon={<Plus size={16} strokeWidth={1.75} />} disabled={make.isPending} onClick={() => make.mutate()}>{t("New webhook")}</Button>
  );
  const rows = list.data?.items ?? [];
  const chosen = rows.find((it) => it.id === hook);
  return (
    <Page title={t("Webhooks")} aside={fresh}>
      {list.isPending && <Loading label={t("Reading the webhooks")} />}
      {list.isError && <Trouble title={t("The webhooks could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data && rows.length === 0 && <Empty title={t("There is no webhook yet. Make one, or draw a workflow that starts with one.")}><Link to="/workflows" className="font-medium text-accent-text underline">{t("Go to Workflows")}</Link></Empty>}
      {rows.length > 0 && (
        <Table label={t("Webhooks")} head={[t("Methods"), t("Address"), <span key="w" className="wide">{t("Workflow")}</span>, <span key="c" className="sr-only">{t("Actions")}</span>]}>
          {rows.map((it) => (
            <tr key={it.id} className={clsx(ROW, it.id === hook && "bg-accent-soft")}>
              <td className={`${CELL} font-mono text-small`}>{it.methods.join(" ")}</td>
              <td className={`${CELL} max-w-96 font-mono text-small`} title={it.url}>
                <Link to="/webhooks" search={{ hook: it.id === hook ? undefined : it.id }} aria-expanded={it.id === hook} className="text-accent-text hover:underline"><span className="max-sm:hidden">{it.url}</span><span className="sm:hidden">/{it.path}</span></Link>
                {!it.active && <span className="ml-2 rounded-control bg-off-soft px-1.5 py-0.5 font-sans text-off" title={t("It listens once the workflow is published.")}>{t("Draft")}</span>}
              </td>
              <td className={`${CELL} max-sm:hidden`}><Link to="/workflows/$id" params={{ id: it.workflowId }} className="text-accent-text hover:underline">{it.workflowName}</Link></td>
              <td className="flex h-9 items-center justify-end gap-1">
                <IconButton label={t("Copy the address")} onClick={() => copy(it.url)}><Copy size={16} strokeWidth={1.75} /></IconButton>
                <Button small className="max-sm:hidden" onClick={() => copy(curl({ method: it.methods[0] ?? "POST", url: it.url, headers: it.methods[0] === "GET" ? {} : { "content-type": "application/json" }, body: it.methods[0] === "GET" ? undefined : "{}" }))}>{t("Copy as curl")}</Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {chosen && (
        <div className="mt-8 flex flex-col gap-8">
          {may("workflows.write") && <Changing key={`change ${chosen.id}`} hook={chosen} />}
          {may("webhooks.listen") && <Trying key={`try ${chosen.id}`} hook={chosen} />}
          <Calls key={chosen.id} hook={chosen} />
        </div>
      )}
    </Page>
  );
}
