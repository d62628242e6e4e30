// API keys of the workspace: each is shown once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Input, Select } from "~/ui/field";
import { CELL, ROW, Table } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { accountsQuery, ServiceAccounts } from "./service-accounts";

export function Keys() {
  const { t } = useTranslation();
  const times = useTimes();
  const mayWrite = useMay()("keys.write");
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState("editor");
  const [rate, setRate] = useState("");
  const [fresh, setFresh] = useState<string>();
  const accounts = useQuery(accountsQuery).data?.items ?? [];
  const list = useQuery({ queryKey: ["keys"], queryFn: () => body(api.GET("/api/keys", { params: { query: { pageSize: 500 } } })) });
  const make = useMutation({
    mutationFn: () => body(api.POST("/api/keys", { body: { name, role, rate: rate.trim() || null } })),
    onSuccess: async (made) => {
      setName("");
      setRate("");
      setFresh(made.key);
      await client.invalidateQueries({ queryKey: ["keys"] });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/keys/{id}", { params: { path: { id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["keys"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <div className="flex flex-col gap-8">
    <section className="flex flex-col gap-4">
      <h2 className="font-semibold">{t("API keys")}</h2>
      <Table label={t("API keys")} head={[t("Name"), t("Begins with"), t("Role or account"), t("Limit"), t("Used last"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
        {list.data?.items.map((it) => (
          <tr key={it.id} className={ROW}>
            <td className={`${CELL} font-medium`}>{it.name}</td>
            <td className={`${CELL} font-mono text-small`}>{it.hint}</td>
            <td className={CELL}>{it.serviceAccountId ? accounts.find((one) => one.id === it.serviceAccountId)?.name : it.role}</td>
            <td className={CELL}>{it.rate}</td>
            <td className={`${CELL} text-text2`}>{it.usedAt && times.short(it.usedAt)}</td>
            <td className={`${CELL} text-right`}>{mayWrite && <Button small look="danger" onClick={() => void ask(t("Remove the key “{{name}}”? It opens nothing from then on.", { name: it.name }), t("Remove")).then((is) => is && remove.mutate(it.id))}>{t("Remove")}</Button>}</td>
          </tr>
        ))}
      </Table>
      {mayWrite && (
        <form onSubmit={submit} className="flex flex-wrap gap-2">
          <Input aria-label={t("Name")} placeholder={t("name")} required className="w-48!" value={name} onChange={(event) => setName(event.target.value)} />
          <Select aria-label={t("Role")} className="w-32!" value={role} onChange={(event) => setRole(event.target.value)}>{["viewer", "operator", "editor", "admin"].map((it) => <option key={it}>{it}</option>)}</Select>
          <Input aria-label={t("Limit")} placeholder={t("as others, or 10/min")} className="w-44!" value={rate} onChange={(event) => setRate(event.target.value)} />
          <Button type="submit" disabled={make.isPending}>{t("Make a key")}</Button>
        </form>
      )}
      {fresh && <p role="status" className="rounded-control bg-hover px-3 py-2 break-all">{t("Copy it now; it is not shown again:")} <code className="select-all">{fresh}</code></p>}
    </section>
    <ServiceAccounts onKey={setFresh} />
    </div>
  );
}
