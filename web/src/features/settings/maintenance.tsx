// Closes the server for a while, for everybody but who looks after it, and opens it again.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { Trouble } from "~/ui/page";
import { say } from "~/ui/toast";

const KEY = ["maintenance"];

export function Maintenance() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const [message, setMessage] = useState("");
  const [minutes, setMinutes] = useState("");
  const found = useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/platform/maintenance")) });
  const begin = useMutation({
    mutationFn: () => {
      const until = minutes ? new Date(Date.now() + Number(minutes) * 60_000).toISOString() : null;
      return body(api.POST("/api/platform/maintenance", { body: { message: message || null, until } }));
    },
    onSuccess: (answer) => client.setQueryData(KEY, answer),
  });
  const end = useMutation({
    mutationFn: () => body(api.DELETE("/api/platform/maintenance")),
    onSuccess: (answer) => client.setQueryData(KEY, answer),
    onError: (error) => say(messageOf(error), "error"),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate();
  };
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t("Maintenance")}</h3>
      {!found.data && found.isError && <Trouble title={t("Whether the server is closed could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />}
      {found.data?.on ? (
        <>
          <p role="status" className="text-err">
            {found.data.until ? t("The server is closed until {{date}}.", { date: times.exact(found.data.until) }) : t("The server is closed until you open it.")}
          </p>
          <p className="break-words text-text2">{found.data.message}</p>
          <Button className="self-start" disabled={end.isPending} onClick={() => end.mutate()}>{t("Open the server")}</Button>
        </>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-3">
          <p className="text-text2">{t("Closes pages and API for everybody but you. Workflows run on, and webhooks are accepted.")}</p>
          <TextField label={t("What people read")} maxLength={500} value={message} onValue={setMessage} fault={begin.error ? messageOf(begin.error) : undefined} />
          <TextField label={t("For how many minutes")} type="number" min={1} max={100_000} value={minutes} onValue={setMinutes} hint={t("Without it, until you open it again.")} />
          <Button type="submit" look="danger" className="self-start" disabled={begin.isPending}>{t("Close the server")}</Button>
        </form>
      )}
    </section>
  );
}
