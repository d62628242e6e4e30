// One's address, one's data, and the end of one's account.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { session } from "~/api/session";
import { download, jsonOf } from "~/lib/download";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

const KEY = ["email-change"];

export function Email({ email }: { email: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [wanted, setWanted] = useState("");
  const [password, setPassword] = useState("");
  const waits = useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/auth/email-change")) }).data?.email;
  const send = useMutation({
    mutationFn: () => body(api.POST("/api/auth/email-change", { body: { email: wanted, password } })),
    onSuccess: async () => {
      setOpen(false);
      setPassword("");
      await client.invalidateQueries({ queryKey: KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("E-mail address")}</h2>
      <p className="break-all">{email}</p>
      {waits && <p role="status" className="text-text2 break-words">{t("A mail is on its way to {{email}}; open its link to change to that address.", { email: waits })}</p>}
      {isOpen ? (
        <form onSubmit={submit} className="flex flex-col gap-3">
          <TextField label={t("New address")} type="email" autoComplete="email" required maxLength={254} value={wanted} onValue={setWanted} />
          <TextField label={t("Current password")} type="password" autoComplete="current-password" required value={password} onValue={setPassword} fault={send.error ? messageOf(send.error) : undefined} />
          <div className="flex gap-2">
            <Button type="submit" disabled={send.isPending}>{t("Send the mail")}</Button>
            <Button look="quiet" onClick={() => setOpen(false)}>{t("Cancel")}</Button>
          </div>
        </form>
      ) : (
        <Button className="self-start" onClick={() => setOpen(true)}>{t("Change the address")}</Button>
      )}
    </section>
  );
}

export function Leaving() {
  const { t } = useTranslation();
  const times = useTimes();
  const [password, setPassword] = useState("");
  const [isOpen, setOpen] = useState(false);
  const take = useMutation({
    mutationFn: async () => download(jsonOf(await body(api.GET("/api/users/export"))), "tailorbird-account.json"),
    onError: (error) => say(messageOf(error), "error"),
  });
  const end = useMutation({
    mutationFn: () => body(api.POST("/api/users/deletion", { body: { password } })),
    onSuccess: ({ endsAt }) => {
      say(t("Your account ends on {{date}}. Sign in before to keep it.", { date: times.exact(endsAt) }));
      session.end();
    },
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await ask(t("End your account? You are signed out everywhere, and after 14 days it is removed. Signing in before keeps it."), t("End the account"))) end.mutate();
  };
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Your data and your account")}</h2>
      <p className="text-text2">{t("All that is kept of you as a JSON file. What you made in workspaces is theirs.")}</p>
      <Button className="self-start" disabled={take.isPending} onClick={() => take.mutate()}>{t("Download your data")}</Button>
      {isOpen ? (
        <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
          <TextField label={t("Current password")} type="password" autoComplete="current-password" hint={t("Leave it empty when your account has none.")} value={password} onValue={setPassword} fault={end.error ? messageOf(end.error) : undefined} />
          <div className="flex gap-2">
            <Button type="submit" look="danger" disabled={end.isPending}>{t("End the account")}</Button>
            <Button look="quiet" onClick={() => setOpen(false)}>{t("Cancel")}</Button>
          </div>
        </form>
      ) : (
        <Button look="danger" className="self-start" onClick={() => setOpen(true)}>{t("End your account")}</Button>
      )}
    </section>
  );
}
