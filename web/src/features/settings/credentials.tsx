// Credentials: made and tested here, their secrets never shown again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { CredentialRow } from "~/api/types";
import { CredentialDialog, useCredentials, useCredentialTypes } from "~/features/credentials";
import { RestrictedMark, ShareDialog } from "~/features/sharing";
import { faultWords } from "~/lib/faults";
import { Button } from "~/ui/button";
import { CELL, Empty, Loading, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

export function Credentials() {
  const { t } = useTranslation();
  const may = useMay();
  const client = useQueryClient();
  const [open, setOpen] = useState<{ id?: string }>();
  const [sharing, setSharing] = useState<CredentialRow>();
  const list = useCredentials();
  const types = useCredentialTypes(Boolean(list.data?.total)).data?.items;
  const mayWrite = may("credentials.write");
  const path = (id: string) => ({ params: { path: { id } } });
  const test = useMutation({
    mutationFn: (id: string) => body(api.POST("/api/credentials/{id}/test", path(id))),
    onSuccess: (it) => say(it.works ? t("It works. {{message}}", { message: faultWords(it.message) }) : faultWords(it.message), it.works ? "note" : "error"),
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
        {mayWrite && <Button icon={<Plus size={16} strokeWidth={1.75} />} onClick={() => setOpen({})}>{t("New credential")}</Button>}
      </div>
      {list.isPending && <Loading rows={3} label={t("Reading the credentials")} />}
      {list.isError && <Trouble title={t("The credentials could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && <Empty title={t("No credentials yet. They are sealed, and never shown again.")} />}
      {Boolean(list.data?.total) && (
        <Table label={t("Credentials")} head={[t("Name"), <span key="t" className="wide">{t("Type")}</span>, <span key="a" className="sr-only">{t("Actions")}</span>]}>
          {list.data?.items.map((it) => (
            <tr key={it.id} className={ROW}>
              <td className={`${CELL} font-medium`}>
                <span className="mr-2">{it.name}</span>
                {it.restricted && <RestrictedMark />}
              </td>
              <td className={`${CELL} text-text2 max-sm:hidden`} title={it.type}>{types?.find((one) => one.name === it.type)?.title ?? it.type}</td>
              <td className={`${CELL} text-right`}>
                {mayWrite && (
                  <span className="flex flex-wrap justify-end gap-1 py-1">
                    <Button small onClick={() => setSharing(it)}>{t("Share")}</Button>
                    <Button small onClick={() => setOpen({ id: it.id })}>{t("Change")}</Button>
                    <Button small disabled={test.isPending} onClick={() => test.mutate(it.id)}>{t("Test")}</Button>
                    <Button small look="danger" onClick={() => void ask(t("Delete the credential “{{name}}”?", { name: it.name }), t("Delete")).then((is) => is && remove.mutate(it))}>{t("Delete")}</Button>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {open && <CredentialDialog id={open.id} onClose={() => setOpen(undefined)} />}
      {sharing && <ShareDialog thing="credential" id={sharing.id} name={sharing.name} onClose={() => setSharing(undefined)} />}
    </section>
  );
}
