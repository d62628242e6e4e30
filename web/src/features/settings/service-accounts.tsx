// Service accounts: they are no person's, have a role, and act by keys.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { Input, Select } from "~/ui/field";
import { CELL, ROW, Table } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

type Account = Schemas["ServiceAccount"];

export const accountsQuery = { queryKey: ["service-accounts"], queryFn: () => body(api.GET("/api/service-accounts", { params: { query: { pageSize: 500 } } })) };

export function ServiceAccounts({ onKey }: { onKey: (key: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayWrite = useMay()("keys.write");
  const list = useQuery(accountsQuery);
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: accountsQuery.queryKey });
      await client.invalidateQueries({ queryKey: ["keys"] });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const all = list.data?.items ?? [];
  return (
    <section className="flex flex-col gap-4">
      <h2 className="font-semibold">{t("Service accounts")}</h2>
      <p className="text-text2">{t("For what is no person: each has a name and a role, acts by its keys, and stands in the audit log as itself.")}</p>
      {all.length > 0 && (
        <Table label={t("Service accounts")} head={[t("Name"), t("Role"), t("Number of keys"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
          {all.map((it) => <One key={it.id} account={it} mayWrite={mayWrite} isBusy={act.isPending} onAct={act.mutate} onKey={onKey} />)}
        </Table>
      )}
      {mayWrite && <Making onAct={act.mutateAsync} isBusy={act.isPending} />}
    </section>
  );
}

interface OneProps {
  account: Account;
  mayWrite: boolean;
  isBusy: boolean;
  onAct: (work: () => Promise<unknown>) => void;
  onKey: (key: string) => void;
}

function One({ account, mayWrite, isBusy, onAct, onKey }: OneProps) {
  const { t } = useTranslation();
  const { id, name, role, disabled } = account;
  const path = { params: { path: { id } } };
  const addKey = async () => onKey((await body(api.POST("/api/keys", { body: { name, serviceAccountId: id } }))).key);
  const turn = () => body(api.PUT("/api/service-accounts/{id}", { ...path, body: { name, role, disabled: !disabled } }));
  const sure = async () => {
    if (await ask(t("Remove the service account “{{name}}” and its keys?", { name }), t("Remove"))) onAct(() => api.DELETE("/api/service-accounts/{id}", path));
  };
  return (
    <tr className={ROW}>
      <td className={`${CELL} font-medium`}>{name}{disabled && <span className="ml-2 text-small text-text2">{t("disabled")}</span>}</td>
      <td className={CELL}>{role}</td>
      <td className={`${CELL} text-text2`}>{account.nKeys}</td>
      <td className={`${CELL} text-right`}>
        {mayWrite && (
          <span className="inline-flex flex-wrap justify-end gap-2">
            <Button small disabled={isBusy || disabled} aria-label={t("Make a key for {{name}}", { name })} onClick={() => onAct(addKey)}>{t("Make a key")}</Button>
            <Button small disabled={isBusy} aria-label={disabled ? t("Enable {{name}}", { name }) : t("Disable {{name}}", { name })} onClick={() => onAct(turn)}>{disabled ? t("Enable") : t("Disable")}</Button>
            <Button small look="danger" disabled={isBusy} aria-label={t("Remove {{name}}", { name })} onClick={() => void sure()}>{t("Remove")}</Button>
          </span>
        )}
      </td>
    </tr>
  );
}

function Making({ onAct, isBusy }: { onAct: (work: () => Promise<unknown>) => Promise<unknown>; isBusy: boolean }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [role, setRole] = useState("operator");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onAct(() => body(api.POST("/api/service-accounts", { body: { name, role } }))).then(() => setName(""), () => undefined);
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap gap-2">
      <Input aria-label={t("Name of the service account")} placeholder={t("name")} required maxLength={100} className="w-48!" value={name} onChange={(event) => setName(event.target.value)} />
      <Select aria-label={t("Role of the service account")} className="w-32!" value={role} onChange={(event) => setRole(event.target.value)}>{["viewer", "operator", "editor", "admin"].map((it) => <option key={it}>{it}</option>)}</Select>
      <Button type="submit" disabled={isBusy}>{t("Make a service account")}</Button>
    </form>
  );
}
