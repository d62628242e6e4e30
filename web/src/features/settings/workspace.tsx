// The workspace itself: its name, leaving it, handing it over, and its end.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import { session } from "~/api/session";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Field, Select, TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { Demand } from "./demand";
import { Origins } from "./origins";

export function Workspace() {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const id = me?.workspace?.id ?? "";
  const found = useQuery({ queryKey: ["workspace", id], queryFn: () => body(api.GET("/api/workspaces/{id}", { params: { path: { id } } })), enabled: id !== "" });
  if (!found.data && found.isError) return <Trouble title={t("The workspace could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />;
  if (!found.data) return <Loading rows={3} label={t("Reading the workspace")} />;
  const { name, endsAt } = found.data;
  return (
    <div className="flex flex-col gap-8">
      <Name key={id} id={id} name={name} isFixed={!may("workspace.write")} />
      <Origins key={`o${id}`} id={id} isFixed={!may("workspace.write")} />
      <Demand key={`d${id}`} id={id} isFixed={!may("workspace.write")} />
      <Another />
      {may("workspace.transfer") && <Handing id={id} />}
      {me?.workspace?.role !== "owner" && <Leaving id={id} name={name} />}
      {may("workspace.delete") && <End id={id} name={name} endsAt={endsAt} />}
    </div>
  );
}

function Name({ id, name, isFixed }: { id: string; name: string; isFixed: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState(name);
  const save = useMutation({
    mutationFn: () => body(api.PUT("/api/workspaces/{id}", { params: { path: { id } }, body: { name: text } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["workspace"] });
      await client.invalidateQueries({ queryKey: ["me"] });
      say(t("Saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Workspace")}</h2>
      <TextField label={t("Name")} required maxLength={100} disabled={isFixed} value={text} onValue={setText} fault={save.error ? messageOf(save.error) : undefined} />
      {!isFixed && <Button type="submit" className="self-start" disabled={text === name || save.isPending}>{t("Save")}</Button>}
    </form>
  );
}

/** Goes into a workspace, as the menu of workspaces does. */
function useGoing() {
  const client = useQueryClient();
  return async (id: string) => {
    const access = await body(api.POST("/api/workspaces/{id}/switch", { params: { path: { id } } }));
    session.renew(access.accessToken, access.expiresIn);
    await client.resetQueries();
  };
}

function Another() {
  const { t } = useTranslation();
  const go = useGoing();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: async () => go((await body(api.POST("/api/workspaces", { body: { name } }))).id),
    onSuccess: () => setName(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Another workspace")}</h2>
      <p className="text-text2">{t("It shares nothing with this one; you go there at once.")}</p>
      <TextField label={t("Its name")} required maxLength={100} value={name} onValue={setName} fault={make.error ? messageOf(make.error) : undefined} />
      <Button type="submit" className="self-start" disabled={make.isPending}>{t("Make a workspace")}</Button>
    </form>
  );
}

function Handing({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const me = useMe();
  const [to, setTo] = useState("");
  const members = useQuery({ queryKey: ["members", id], queryFn: () => body(api.GET("/api/workspaces/{id}/members", { params: { path: { id } } })) });
  const others = (members.data?.items ?? []).filter((it) => it.id !== me?.user.id);
  const hand = useMutation({
    mutationFn: () => body(api.POST("/api/workspaces/{id}/transfer", { params: { path: { id } }, body: { userId: to } })),
    onSuccess: () => client.resetQueries(),
    onError: (error) => say(messageOf(error), "error"),
  });
  if (others.length === 0) return null;
  const name = others.find((it) => it.id === to)?.name ?? "";
  const sure = async () => {
    if (await ask(t("Make {{name}} the owner? You stay as an administrator.", { name }), t("Hand over"))) hand.mutate();
  };
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Hand the workspace over")}</h2>
      <Field label={t("New owner")}>
        {(ids) => (
          <Select {...ids} value={to} onChange={(event) => setTo(event.target.value)}>
            <option value="">{t("Choose a member")}</option>
            {others.map((it) => <option key={it.id} value={it.id}>{it.name || it.email}</option>)}
          </Select>
        )}
      </Field>
      <Button className="self-start" disabled={!to || hand.isPending} onClick={() => void sure()}>{t("Hand over")}</Button>
    </section>
  );
}

function Leaving({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const leave = useMutation({
    mutationFn: () => api.POST("/api/workspaces/{id}/leave", { params: { path: { id } } }),
    // The token opens a workspace that is no longer one's own: another one is fetched with the page.
    onSuccess: () => window.location.assign("/app/"),
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async () => {
    if (await ask(t("Leave “{{name}}”? Only an invitation brings you back.", { name }), t("Leave"))) leave.mutate();
  };
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Leave the workspace")}</h2>
      <Button look="danger" className="self-start" disabled={leave.isPending} onClick={() => void sure()}>{t("Leave")}</Button>
    </section>
  );
}

function End({ id, name, endsAt }: { id: string; name: string; endsAt?: string | null }) {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const path = { params: { path: { id } } };
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () => client.resetQueries(),
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async () => {
    const text = t("Close “{{name}}”? Nothing runs in it from now on, and after some days it is removed with everything in it.", { name });
    if (await ask(text, t("Close the workspace"))) act.mutate(() => api.DELETE("/api/workspaces/{id}", path));
  };
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("End of the workspace")}</h2>
      {endsAt ? (
        <>
          <p role="status" className="text-err">{t("It is closed, and will be removed on {{date}}.", { date: times.exact(endsAt) })}</p>
          <Button className="self-start" disabled={act.isPending} onClick={() => act.mutate(() => api.POST("/api/workspaces/{id}/restore", path))}>{t("Open it again")}</Button>
        </>
      ) : (
        <>
          <p className="text-text2">{t("It closes at once and can be opened again for some days.")}</p>
          <Button look="danger" className="self-start" disabled={act.isPending} onClick={() => void sure()}>{t("Close the workspace")}</Button>
        </>
      )}
    </section>
  );
}
