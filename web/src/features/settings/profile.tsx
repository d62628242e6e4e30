// Who I am, my password, and where I am signed in.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMe } from "~/api/me";
import { session } from "~/api/session";
import { useLook } from "~/features/look";
import { LANGUAGES, type Language } from "~/lib/i18n";
import { useTimes } from "~/lib/language";
import { useTheme, type Theme } from "~/lib/theme";
import { agentOf } from "~/lib/agent";
import { Button } from "~/ui/button";
import { Field, Select, TextField } from "~/ui/field";
import { say } from "~/ui/toast";
import { Email, Leaving } from "./account";
import { Identities } from "./identities";
import { Passkeys } from "./passkeys";
import { TwoFactor } from "./two-factor";

export function Profile() {
  const me = useMe();
  return (
    <div className="flex flex-col gap-8">
      {me && <NameForm key={me.user.id} userId={me.user.id} name={me.user.name} />}
      <Look />
      {me && <Email email={me.user.email} />}
      <PasswordForm />
      <TwoFactor />
      <Passkeys />
      <Identities />
      <Sessions />
      <Leaving />
    </div>
  );
}

/** What a wide screen has at the foot of the rail. */
function Look() {
  const { t, i18n } = useTranslation();
  const chosen = useTheme();
  const look = useLook();
  const signOut = async () => {
    await api.POST("/api/auth/logout").catch(() => undefined);
    session.end();
  };
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-4">
        <Field label={t("Theme")}>
          {(ids) => (
            <Select {...ids} value={chosen} onChange={(event) => look.setTheme(event.target.value as Theme)}>
              <option value="system">{t("As the system")}</option>
              <option value="light">{t("Light")}</option>
              <option value="dark">{t("Dark")}</option>
            </Select>
          )}
        </Field>
        <Field label={t("Language")}>
          {(ids) => (
            <Select {...ids} value={i18n.language} onChange={(event) => look.setLanguage(event.target.value as Language)}>
              {Object.entries(LANGUAGES).map(([code, name]) => <option key={code} value={code}>{name}</option>)}
            </Select>
          )}
        </Field>
      </div>
      <Button className="self-start" onClick={() => void signOut()}>{t("Sign out")}</Button>
    </section>
  );
}

function NameForm({ userId, name }: { userId: string; name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState(name);
  const save = useMutation({
    mutationFn: () => body(api.PUT("/api/auth/{userId}/update-name", { params: { path: { userId } }, body: { name: text } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["me"] }).then(() => say(t("Saved"))),
    onError: (error) => say(messageOf(error), "error"),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Profile")}</h2>
      <TextField label={t("Your name")} required value={text} onValue={setText} />
      <Button type="submit" className="self-start" disabled={text === name || save.isPending}>{t("Save")}</Button>
    </form>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  const save = useMutation({
    mutationFn: () => body(api.POST("/api/auth/change-password", { body: { currentPassword, newPassword } })),
    onSuccess: () => {
      setCurrent("");
      setNew("");
      say(t("Your password is changed; all other sessions have ended."));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Password")}</h2>
      <TextField label={t("Current password")} type="password" autoComplete="current-password" required value={currentPassword} onValue={setCurrent} />
      <TextField label={t("New password")} type="password" autoComplete="new-password" required minLength={10} value={newPassword} onValue={setNew} fault={save.error ? messageOf(save.error) : undefined} />
      <Button type="submit" className="self-start" disabled={save.isPending}>{t("Change the password")}</Button>
    </form>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const list = useQuery({ queryKey: ["sessions"], queryFn: () => body(api.GET("/api/auth/sessions")) });
  const end = useMutation({
    mutationFn: (id: string) => body(api.DELETE("/api/auth/sessions/{id}", { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sessions"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const others = useMutation({
    mutationFn: () => body(api.DELETE("/api/auth/sessions")),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sessions"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const hasOthers = (list.data?.items.length ?? 0) > 1;
  return (
    <section>
      <div className="mb-1 flex items-center justify-between gap-2">
        <h2 className="font-semibold">{t("Where you are signed in")}</h2>
        {hasOthers && <Button small disabled={others.isPending} onClick={() => others.mutate()}>{t("End all others")}</Button>}
      </div>
      <ul>
        {list.data?.items.map((it) => (
          <li key={it.id} className="flex min-h-11 items-center gap-3 border-b">
            <span className="min-w-0 flex-1"><span className="block truncate" title={it.agent}><Agent text={it.agent} /></span><span className="text-small text-text3" title={times.exact(it.usedAt)}>{it.address} {times.short(it.usedAt)}</span></span>
            {it.current ? <span className="text-text3">{t("this one")}</span> : <Button small disabled={end.isPending} onClick={() => end.mutate(it.id)}>{t("End")}</Button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a browser calls itself, as people call it. */
function Agent({ text }: { text: string }) {
  const { t } = useTranslation();
  const { browser, system } = agentOf(text);
  if (browser && system) return t("{{browser}} on {{system}}", { browser, system });
  return text || t("Unknown");
}
