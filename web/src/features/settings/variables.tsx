// Variables of the workspace: `$vars.name` in every expression.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Input } from "~/ui/field";
import { CELL, Empty, Loading, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

export function Variables() {
  const { t } = useTranslation();
  const mayWrite = useMay()("variables.write");
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const list = useQuery({ queryKey: ["variables"], queryFn: () => body(api.GET("/api/variables", { params: { query: { pageSize: 500 } } })) });
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.invalidateQueries({ queryKey: ["variables"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const [open, setOpen] = useState<Schemas["Variable"]>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate(async () => {
      await api.POST("/api/variables", { body: { name, value } });
      setName("");
      setValue("");
    });
  };
  return (
    <section className="flex flex-col gap-4">
      <div><h2 className="font-semibold">{t("Variables")}</h2><p className="text-text2">{t("Read as $vars.name in every expression. They are no place for secrets.")}</p></div>
      {Boolean(list.data?.total) && (
        <Table label={t("Variables")} head={[t("Name"), t("Value"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
          {list.data?.items.map((it) => (
            <tr key={it.id} className={ROW}>
              <td className={`${CELL} font-mono text-small`}>{it.name}</td>
              <td className={CELL} title={it.value}>{it.value}</td>
              <td className={`${CELL} text-right`}>{mayWrite && <span className="flex justify-end gap-1"><Button small aria-label={t("Change {{name}}", { name: it.name })} onClick={() => setOpen(it)}>{t("Change")}</Button><Button small look="danger" onClick={() => void ask(t("Delete the variable “{{name}}”?", { name: it.name }), t("Delete")).then((is) => is && act.mutate(() => api.DELETE("/api/variables/{id}", { params: { path: { id: it.id } } })))}>{t("Delete")}</Button></span>}</td>
            </tr>
          ))}
        </Table>
      )}
      {list.isPending && <Loading rows={3} label={t("Reading the variables")} />}
      {list.isError && <Trouble title={t("The variables could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && <Empty title={t("No variables yet.")} />}
      {open && <Changing variable={open} onClose={() => setOpen(undefined)} />}
      {mayWrite && (
        <form onSubmit={submit} className="flex flex-wrap gap-2">
          <Input aria-label={t("Name")} placeholder={t("name")} required className="w-40!" value={name} onChange={(event) => setName(event.target.value)} />
          <Input aria-label={t("Value")} placeholder={t("value")} className="w-60!" value={value} onChange={(event) => setValue(event.target.value)} />
          <Button type="submit" disabled={act.isPending}>{t("Add")}</Button>
        </form>
      )}
    </section>
  );
}

function Changing({ variable, onClose }: { variable: Schemas["Variable"]; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [value, setValue] = useState(variable.value);
  const save = useMutation({
    mutationFn: () => body(api.PUT("/api/variables/{id}", { params: { path: { id: variable.id } }, body: { name: variable.name, value } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["variables"] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={t("The variable {{name}}", { name: variable.name })} about={t("Runs that begin from now on read the new value.")} closeLabel={t("Close")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label={t("Value")} fault={save.error ? messageOf(save.error) : undefined}>{(ids) => <Area {...ids} autoFocus value={value} onChange={(event) => setValue(event.target.value)} />}</Field>
        <Button type="submit" look="primary" className="self-end" disabled={save.isPending || value === variable.value}>{t("Save")}</Button>
      </form>
    </Dialog>
  );
}
