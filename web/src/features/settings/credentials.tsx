// Credentials: made and tested here, their secrets never shown again.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { CredentialRow, FormField } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Input, Select, TextField } from "~/ui/field";
import { CELL, Empty, ROW, Table } from "~/ui/page";
import { say } from "~/ui/toast";

type Values = Record<string, string | number | boolean>;

export function Credentials() {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const list = useQuery({ queryKey: ["credentials"], queryFn: () => body(api.GET("/api/credentials", { params: { query: { pageSize: 500 } } })) });
  const mayWrite = may("credentials.write");
  const path = (id: string) => ({ params: { path: { id } } });
  const test = useMutation({
    mutationFn: (id: string) => body(api.POST("/api/credentials/{id}/test", path(id))),
    onSuccess: (it) => say(it.works ? t("It works. {{message}}", { message: it.message }) : it.message, it.works ? "note" : "error"),
    onError: (error) => say(messageOf(error), "error"),
  });
  const remove = useMutation({
    mutationFn: (it: CredentialRow) => api.DELETE("/api/credentials/{id}", path(it.id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ["credentials"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  return (
    <section>
      <div className="mb-2 flex items-center justify-between">
        <h2 className="font-semibold">{t("Credentials")}</h2>
        {mayWrite && <Button icon={<Plus size={16} strokeWidth={1.75} />} onClick={() => setOpen(true)}>{t("New credential")}</Button>}
      </div>
      {list.data?.total === 0 && <Empty title={t("No credentials yet. They are sealed, and never shown again.")} />}
      {Boolean(list.data?.total) && (
        <Table label={t("Credentials")} head={[t("Name"), t("Type"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
          {list.data?.items.map((it) => (
            <tr key={it.id} className={ROW}>
              <td className={`${CELL} font-medium`}>{it.name}</td>
              <td className={`${CELL} text-text2`}>{it.type}</td>
              <td className={`${CELL} text-right`}>
                {mayWrite && (
                  <span className="flex justify-end gap-1">
                    <Button small disabled={test.isPending} onClick={() => test.mutate(it.id)}>{t("Test")}</Button>
                    <Button small look="danger" onClick={() => window.confirm(t("Delete the credential “{{name}}”?", { name: it.name })) && remove.mutate(it)}>{t("Delete")}</Button>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={t("New credential")} closeLabel={t("Close")}>{isOpen && <Making onDone={() => setOpen(false)} />}</Dialog>
    </section>
  );
}

function Making({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const types = useQuery({ queryKey: ["credential-types"], queryFn: () => body(api.GET("/api/credential-types", { params: { query: { pageSize: 500 } } })), staleTime: Infinity });
  const [kind, setKind] = useState("");
  const [name, setName] = useState("");
  const [fields, setFields] = useState<Values>({});
  const type = types.data?.items.find((it) => it.name === kind) ?? types.data?.items[0];
  const make = useMutation({
    mutationFn: () => body(api.POST("/api/credentials", { body: { name, type: type?.name ?? "", fields } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["credentials"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t("Type")}>
        {(ids) => (
          <Select {...ids} value={type?.name ?? ""} onChange={(event) => { setKind(event.target.value); setFields({}); }}>
            {types.data?.items.map((it) => <option key={it.name} value={it.name}>{it.title}</option>)}
          </Select>
        )}
      </Field>
      <TextField label={t("Name")} required value={name} onValue={setName} />
      {type?.form.fields.map((it) => <Value key={it.name} field={it} value={fields[it.name] ?? (it.default as Values[string] | undefined)} onValue={(value) => setFields({ ...fields, [it.name]: value })} />)}
      {make.error && <p role="alert" className="text-err">{messageOf(make.error)}</p>}
      <Button type="submit" look="primary" disabled={make.isPending || !type}>{t("Save")}</Button>
    </form>
  );
}

function Value({ field, value, onValue }: { field: FormField; value: Values[string] | undefined; onValue: (value: Values[string]) => void }) {
  if (field.kind === "notice") return <p className="text-text2">{field.help}</p>;
  const text = value === undefined || value === null ? "" : String(value);
  return (
    <Field label={field.title} hint={field.help} required={field.required}>
      {(ids) =>
        field.kind === "bool" ? (
          <input {...ids} type="checkbox" className="size-4 self-start accent-[var(--accent)]" checked={value === true} onChange={(event) => onValue(event.target.checked)} />
        ) : field.kind === "choice" ? (
          <Select {...ids} value={text} onChange={(event) => onValue(event.target.value)}>{field.options?.map((it) => <option key={String(it.value)} value={String(it.value)}>{it.title}</option>)}</Select>
        ) : field.kind === "json" || field.multiline ? (
          <Area {...ids} className="font-mono text-small" spellCheck={false} value={text} onChange={(event) => onValue(event.target.value)} />
        ) : (
          <Input {...ids} type={field.kind === "secret" ? "password" : field.kind === "number" ? "number" : "text"} autoComplete="off" required={field.required} value={text} placeholder={field.placeholder} onChange={(event) => onValue(field.kind === "number" ? Number(event.target.value) : event.target.value)} />
        )
      }
    </Field>
  );
}
