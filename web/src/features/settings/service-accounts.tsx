// Service accounts: they are no person's, have a role, and act by keys.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { rolesQuery } from "~/api/lists";
import { useMay } from "~/api/me";
import { useRoleWord } from "~/api/role-words";
import type { Schemas } from "~/api/types";
import { Button, IconButton } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Select, TextField } from "~/ui/field";
import { Menu } from "~/ui/menu";
import { CELL, Empty, Loading, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

type Account = Schemas["ServiceAccount"];

export const accountsQuery = { queryKey: ["service-accounts"], queryFn: () => body(api.GET("/api/service-accounts", { params: { query: { pageSize: 500 } } })) };

export function ServiceAccounts({ onKey }: { onKey: (key: string) => void }) {
  const { t } = useTranslation();
  const mayWrite = useMay()("keys.write");
  const list = useQuery(accountsQuery);
  const [open, setOpen] = useState<Account | "new">();
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="font-semibold">{t("Service accounts")}</h2>
          <p className="text-text2">{t("For what is no person: each has a name and a role, acts by its keys, and stands in the audit log as itself.")}</p>
        </div>
        {mayWrite && <Button icon={<Plus size={16} strokeWidth={1.75} />} onClick={() => setOpen("new")}>{t("New service account")}</Button>}
      </div>
      {list.isPending && <Loading rows={2} label={t("Reading the service accounts")} />}
      {list.isError && <Trouble title={t("The service accounts could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && <Empty title={t("No service accounts yet. A robot or another system acts as one.")} />}
      {Boolean(list.data?.total) && (
        <Table label={t("Service accounts")} head={[t("Name"), t("Role"), <span key="n" className="block text-right">{t("Keys")}</span>, <span key="a" className="sr-only">{t("Actions")}</span>]}>
          {list.data?.items.map((it) => <One key={it.id} account={it} mayWrite={mayWrite} onKey={onKey} onChange={() => setOpen(it)} />)}
        </Table>
      )}
      {open && <AccountDialog account={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function useChanged() {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: accountsQuery.queryKey });
    await client.invalidateQueries({ queryKey: ["keys"] });
  };
}

interface OneProps {
  account: Account;
  mayWrite: boolean;
  onKey: (key: string) => void;
  onChange: () => void;
}

function One({ account, mayWrite, onKey, onChange }: OneProps) {
  const { t } = useTranslation();
  const roleWord = useRoleWord();
  const changed = useChanged();
  const { id, name, role, disabled } = account;
  const path = { params: { path: { id } } };
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: changed,
    onError: (error) => say(messageOf(error), "error"),
  });
  const addKey = async () => onKey((await body(api.POST("/api/keys", { body: { name, serviceAccountId: id } }))).key);
  const turn = () => body(api.PUT("/api/service-accounts/{id}", { ...path, body: { name, role, disabled: !disabled } }));
  const sure = async () => {
    if (await ask(t("Remove the service account “{{name}}” and its keys?", { name }), t("Remove"))) act.mutate(() => api.DELETE("/api/service-accounts/{id}", path));
  };
  return (
    <tr className={ROW}>
      <td className={`${CELL} font-medium`}>{name}{disabled && <span className="ml-2 rounded-chip bg-off-soft px-1.5 text-small font-normal text-off">{t("disabled")}</span>}</td>
      <td className={CELL}>{roleWord(role)}</td>
      <td className={`${CELL} text-right text-text2 tabular-nums`}>{account.nKeys}</td>
      <td className="w-8 text-right">
        {mayWrite && (
          <Menu
            trigger={<IconButton label={t("More about {{name}}", { name })} disabled={act.isPending}><Ellipsis size={16} strokeWidth={1.75} /></IconButton>}
            entries={[
              ...(disabled ? [] : [{ label: t("Make a key"), onSelect: () => act.mutate(addKey) }]),
              { label: t("Change…"), onSelect: onChange },
              { label: disabled ? t("Enable") : t("Disable"), onSelect: () => act.mutate(turn) },
              { label: t("Remove"), danger: true, onSelect: () => void sure() },
            ]}
          />
        )}
      </td>
    </tr>
  );
}

/** Without an account it makes one. */
function AccountDialog({ account, onClose }: { account?: Account; onClose: () => void }) {
  const { t } = useTranslation();
  const roleWord = useRoleWord();
  const changed = useChanged();
  const [name, setName] = useState(account?.name ?? "");
  const [role, setRole] = useState(account?.role ?? "operator");
  const roles = useQuery(rolesQuery);
  const names = (roles.data?.items ?? []).map((it) => it.name).filter((it) => it !== "owner");
  const save = useMutation({
    mutationFn: () =>
      account
        ? body(api.PUT("/api/service-accounts/{id}", { params: { path: { id: account.id } }, body: { name, role, disabled: account.disabled } }))
        : body(api.POST("/api/service-accounts", { body: { name, role } })),
    onSuccess: async () => {
      await changed();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={account ? t("Service account “{{name}}”", { name: account.name }) : t("New service account")} about={t("Its keys do what its role may, also when the role changes.")} closeLabel={t("Close")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t("Name")} required maxLength={100} autoFocus value={name} onValue={setName} />
        <Field label={t("Role")}>
          {(ids) => <Select {...ids} value={role} onChange={(event) => setRole(event.target.value)}>{(names.includes(role) ? names : [role, ...names]).map((it) => <option key={it} value={it}>{roleWord(it)}</option>)}</Select>}
        </Field>
        {save.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(save.error)}</p>}
        <Button type="submit" look="primary" className="self-end" disabled={save.isPending}>{account ? t("Save") : t("Make a service account")}</Button>
      </form>
    </Dialog>
  );
}
