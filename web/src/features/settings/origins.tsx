// Which other pages may call the API for the workspace.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { Button } from "~/ui/button";
import { Area, Field } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { listed } from "./sso-texts";

export function Origins({ id, isFixed }: { id: string; isFixed: boolean }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["origins", id], queryFn: () => body(api.GET("/api/workspaces/{id}/origins", { params: { path: { id } } })), enabled: id !== "" });
  if (!found.data && found.isError) return <Trouble title={t("The origins could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />;
  if (!found.data) return <Loading rows={2} label={t("Reading the workspace")} />;
  const text = found.data.origins.join("\n");
  return <OriginsForm key={text} id={id} before={text} isFixed={isFixed} />;
}

function OriginsForm({ id, before, isFixed }: { id: string; before: string; isFixed: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState(before);
  const save = useMutation({
    mutationFn: () => body(api.PUT("/api/workspaces/{id}/origins", { params: { path: { id } }, body: { origins: listed(text) } })),
    onSuccess: (answer) => {
      client.setQueryData(["origins", id], answer);
      say(t("Saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Pages that may call the API")}</h2>
      <Field label={t("Origins")} hint={t("One on each line, such as https://shop.example. Without any, browsers let only Tailorbird's own pages read the API.")} fault={save.error ? messageOf(save.error) : undefined}>
        {(ids) => <Area {...ids} rows={3} spellCheck={false} disabled={isFixed} className="font-mono text-small" value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      {!isFixed && <Button type="submit" className="self-start" disabled={text === before || save.isPending}>{t("Save")}</Button>}
    </form>
  );
}
