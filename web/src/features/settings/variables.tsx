// Variables of the workspace: `$vars.name` in every expression.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import { Button } from "~/ui/button";
import { Input } from "~/ui/field";
import { CELL, ROW, Table } from "~/ui/page";
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
              <td className={`${CELL} text-right`}>{mayWrite && <Button small look="danger" onClick={() => void ask(t("Delete the variable “{{name}}”?", { name: it.name }), t("Delete")).then((is) => is && act.mutate(() => api.DELETE("/api/variables/{id}", { params: { path: { id: it.id } } })))}>{t("Delete")}</Button>}</td>
            </tr>
          ))}
        </Table>
      )}
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
