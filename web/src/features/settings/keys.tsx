// API keys of the workspace: each is shown once, can be exchanged without a gap, and has its limits.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import { useRoleWord } from "~/api/role-words";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { Button, IconButton } from "~/ui/button";
import { Menu } from "~/ui/menu";
import { CELL, Empty, Loading, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { LimitDialog, NewKeyDialog, RotateDialog } from "./key-dialogs";
import { KeyUseDialog } from "./key-use";
import { accountsQuery, ServiceAccounts } from "./service-accounts";

type Key = Schemas["ApiKey"];
type Open = { what: "new" } | { what: "limit" | "rotate" | "use"; key: Key };

export function Keys() {
  const { t } = useTranslation();
  const mayWrite = useMay()("keys.write");
  const [open, setOpen] = useState<Open>();
  const [fresh, setFresh] = useState<string>();
  const list = useQuery({ queryKey: ["keys"], queryFn: () => body(api.GET("/api/keys", { params: { query: { pageSize: 500 } } })) });
  const close = () => setOpen(undefined);
  const made = (key: string) => {
    setFresh(key);
    close();
  };
  return (
    <div className="flex flex-col gap-8">
      <section className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="font-semibold">{t("API keys")}</h2>
          {mayWrite && <Button icon={<Plus size={16} strokeWidth={1.75} />} onClick={() => setOpen({ what: "new" })}>{t("New key")}</Button>}
        </div>
        {fresh && <p role="status" className="rounded-control bg-hover px-3 py-2 break-all">{t("Copy it now; it is not shown again:")} <code className="select-all">{fresh}</code></p>}
        {list.isPending && <Loading rows={3} label={t("Reading the keys")} />}
        {list.isError && <Trouble title={t("The keys could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
        {list.data?.total === 0 && <Empty title={t("No keys yet. Programs call the API with one.")} />}
        {Boolean(list.data?.total) && (
          <Table label={t("API keys")} head={[t("Name"), t("Role or account"), <span key="l" className="wide">{t("Limit")}</span>, <span key="u" className="wide">{t("Used last")}</span>, <span key="e" className="wide">{t("Until")}</span>, <span key="a" className="sr-only">{t("Actions")}</span>]}>
            {list.data?.items.map((it) => <Row key={it.id} it={it} mayWrite={mayWrite} onOpen={setOpen} />)}
          </Table>
        )}
      </section>
      <ServiceAccounts onKey={setFresh} />
      {open?.what === "new" && <NewKeyDialog onMade={made} onClose={close} />}
      {open?.what === "limit" && <LimitDialog apiKey={open.key} onClose={close} />}
      {open?.what === "use" && <KeyUseDialog apiKey={open.key} onClose={close} />}
      {open?.what === "rotate" && <RotateDialog apiKey={open.key} onMade={made} onClose={close} />}
    </div>
  );
}

function Row({ it, mayWrite, onOpen }: { it: Key; mayWrite: boolean; onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const roleWord = useRoleWord();
  const accounts = useQuery(accountsQuery).data?.items ?? [];
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/keys/{id}", { params: { path: { id: it.id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const turn = useMutation({
    mutationFn: () => api.PUT("/api/keys/{id}", { params: { path: { id: it.id } }, body: { active: !it.active } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async () => {
    if (await ask(t("Remove the key “{{name}}”? It opens nothing from then on.", { name: it.name }), t("Remove"))) remove.mutate();
  };
  const account = it.serviceAccountId ? accounts.find((one) => one.id === it.serviceAccountId)?.name : undefined;
  const who = account ?? (it.role && roleWord(it.role)) ?? t("{{count}} permissions", { count: it.permissions.length });
  const place = it.networks.length ? t("Only from {{networks}}", { networks: it.networks.join(", ") }) : undefined;
  return (
    <tr className={ROW}>
      <td className={`${CELL} max-sm:whitespace-normal`} title={place}>
        <span className="font-medium">{it.name}</span> <code className="ml-1 text-small text-text3 max-sm:hidden">{it.hint}…</code>
        {it.successor && <span className="ml-2 rounded-chip bg-off-soft px-1.5 text-small text-off" title={t("Another key has taken its place.")}>{t("rotated")}</span>}
        {!it.active && <span className="ml-2 rounded-chip bg-off-soft px-1.5 text-small text-off">{t("disabled")}</span>}
      </td>
      <td className={CELL} title={it.permissions.join(", ")}>{who}</td>
      <td className={`${CELL} tabular-nums max-sm:hidden`}>{it.rate}</td>
      <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`} title={it.usedAt ? times.exact(it.usedAt) : undefined}>{it.usedAt && times.short(it.usedAt)}</td>
      <td className={`${CELL} text-text2 tabular-nums max-sm:hidden`} title={it.expiresAt ? times.exact(it.expiresAt) : undefined}>{it.expiresAt && times.short(it.expiresAt)}</td>
      <td className="w-8 text-right">
        {mayWrite && (
          <Menu
            trigger={<IconButton label={t("More about {{name}}", { name: it.name })}><Ellipsis size={16} strokeWidth={1.75} /></IconButton>}
            entries={[
              { label: t("What it asked for…"), onSelect: () => onOpen({ what: "use", key: it }) },
              ...(it.successor || !it.active ? [] : [{ label: t("Rotate…"), onSelect: () => onOpen({ what: "rotate", key: it }) }]),
              { label: it.active ? t("Disable") : t("Enable"), onSelect: () => turn.mutate() },
              { label: t("How often it may ask…"), onSelect: () => onOpen({ what: "limit", key: it }) },
              { label: t("Remove"), danger: true, onSelect: () => void sure() },
            ]}
          />
        )}
      </td>
    </tr>
  );
}
