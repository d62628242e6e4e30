// Passkeys: keys of one's devices to sign in with, made, named and given up.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { hasPasskeys, makePasskey, wasLeft } from "~/lib/passkey";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

const KEY = ["passkeys"];

export function Passkeys() {
  const { t } = useTranslation();
  const list = useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/auth/passkeys", { params: { query: { pageSize: 50 } } })) });
  const mine = list.data?.items ?? [];
  const isHere = hasPasskeys();
  if (mine.length === 0 && !isHere) return null;
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Passkeys")}</h2>
      <p className="text-text2">{t("Sign in with your finger, your face or the code of a device, without a password.")}</p>
      {mine.length > 0 && <ul>{mine.map((it) => <One key={it.id} passkey={it} />)}</ul>}
      {isHere && <Making />}
    </section>
  );
}

function One({ passkey }: { passkey: Schemas["Passkey"] }) {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const [name, setName] = useState<string>();
  const path = { params: { path: { id: passkey.id } } };
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: async () => {
      setName(undefined);
      await client.invalidateQueries({ queryKey: KEY });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const rename = (event: FormEvent) => {
    event.preventDefault();
    act.mutate(() => body(api.PUT("/api/auth/passkeys/{id}", { ...path, body: { name: name ?? "" } })));
  };
  const sure = async () => {
    const text = t("Remove the passkey “{{name}}”? It stays on the device and lets nobody in any more.", { name: passkey.name });
    if (await ask(text, t("Remove"))) act.mutate(() => api.DELETE("/api/auth/passkeys/{id}", path));
  };
  if (name !== undefined) {
    return (
      <li className="border-b py-2">
        <form onSubmit={rename} className="flex flex-wrap items-end gap-2">
          <TextField label={t("Name")} required maxLength={100} autoFocus value={name} onValue={setName} />
          <Button type="submit" disabled={act.isPending}>{t("Save")}</Button>
          <Button look="quiet" onClick={() => setName(undefined)}>{t("Cancel")}</Button>
        </form>
      </li>
    );
  }
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b py-1">
      <span className="min-w-32 flex-1">
        <span className="block truncate">{passkey.name}</span>
        <span className="block text-small text-text3" title={times.exact(passkey.usedAt ?? passkey.createdAt)}>
          {passkey.usedAt ? t("used {{when}}", { when: times.short(passkey.usedAt) }) : t("made {{when}}", { when: times.short(passkey.createdAt) })}
        </span>
      </span>
      <span className="flex gap-2">
        <Button small aria-label={t("Rename {{name}}", { name: passkey.name })} onClick={() => setName(passkey.name)}>{t("Rename")}</Button>
        <Button small look="danger" disabled={act.isPending} aria-label={t("Remove {{name}}", { name: passkey.name })} onClick={() => void sure()}>{t("Remove")}</Button>
      </span>
    </li>
  );
}

function Making() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const make = useMutation({
    mutationFn: async () => {
      const asked = await body(api.POST("/api/auth/passkeys/set-up", { body: { password } }));
      return body(api.POST("/api/auth/passkeys", { body: { name, ...(await makePasskey(asked)) } }));
    },
    onSuccess: async () => {
      setName("");
      setPassword("");
      await client.invalidateQueries({ queryKey: KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const faultOf = (error: unknown) => {
    if (error instanceof DOMException && error.name === "InvalidStateError") return t("This device has a passkey of yours already.");
    return wasLeft(error) ? t("The device made no passkey. Try again.") : messageOf(error);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <TextField label={t("Name of the passkey")} required maxLength={100} placeholder={t("My phone")} value={name} onValue={setName} />
      <TextField label={t("Current password")} type="password" autoComplete="current-password" hint={t("Leave it empty when your account has none.")} value={password} onValue={setPassword} />
      {make.error && <p role="alert" className="text-err">{faultOf(make.error)}</p>}
      <Button type="submit" className="self-start" disabled={make.isPending}>{t("Add a passkey")}</Button>
    </form>
  );
}
