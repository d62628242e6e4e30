// Who is in the workspace, and who is invited.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { rolesQuery } from "~/api/lists";
import { useMay, useMe } from "~/api/me";
import { useRoleWord } from "~/api/role-words";
import type { Schemas } from "~/api/types";
import { Button, IconButton } from "~/ui/button";
import { Select, TextField } from "~/ui/field";
import { Menu } from "~/ui/menu";
import { CELL, Loading, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

type Member = Schemas["Member"];

export function Members() {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const roleWord = useRoleWord();
  const client = useQueryClient();
  const id = me?.workspace?.id ?? "";
  const path = { params: { path: { id } } };
  const list = useQuery({ queryKey: ["members", id], queryFn: () => body(api.GET("/api/workspaces/{id}/members", path)), enabled: id !== "" });
  const roles = useQuery(rolesQuery);
  const invited = useQuery({ queryKey: ["invitations", id], queryFn: () => body(api.GET("/api/workspaces/{id}/invitations", path)), enabled: id !== "" && may("members.read") });
  const act = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["members"] });
      await client.invalidateQueries({ queryKey: ["invitations"] });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const names = (roles.data?.items ?? []).map((it) => it.name).filter((it) => it !== "owner");
  const mayWrite = may("members.write");
  const of = (it: Member) => ({ params: { path: { id, userId: it.id } } });
  const suspend = async (it: Member) => {
    const isLetIn = Boolean(it.suspendedAt);
    if (!isLetIn && !(await ask(t("Suspend {{name}}? This workspace is closed to them until they are let in again. Their work stays.", { name: it.name || it.email }), t("Suspend")))) return;
    act.mutate(() => api.PUT("/api/workspaces/{id}/members/{userId}", { ...of(it), body: { role: it.role, suspended: !isLetIn } }));
  };
  const takeOut = async (it: Member) => {
    if (await ask(t("Take {{name}} out of the workspace?", { name: it.name || it.email }), t("Take out"))) act.mutate(() => api.DELETE("/api/workspaces/{id}/members/{userId}", of(it)));
  };
  return (
    <div className="flex flex-col gap-8">
      <section>
        <h2 className="mb-1 font-semibold">{t("Members")}</h2>
        {list.isPending && <Loading rows={3} label={t("Reading the members")} />}
        {list.isError && <Trouble title={t("The members could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
        {list.data && <Table label={t("Members")} head={[t("Name"), t("Role"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
          {list.data?.items.map((it) => {
            const mayChange = mayWrite && it.role !== "owner" && it.id !== me?.user.id;
            return (
              <tr key={it.id} className={ROW}>
                <td className={`${CELL} max-sm:max-w-32 max-sm:whitespace-normal`} title={it.email}>{it.name || it.email} {it.name && <span className="ml-1 text-text3 max-sm:hidden">{it.email}</span>}{it.suspendedAt && <span className="ml-2 rounded-chip bg-off-soft px-1.5 text-small whitespace-nowrap text-off max-sm:ml-0">{t("suspended")}</span>}</td>
                <td className={CELL}>
                  {mayChange ? (
                    <Select aria-label={t("Role of {{name}}", { name: it.name || it.email })} className="h-7! w-32!" value={it.role} onChange={(event) => act.mutate(() => api.PUT("/api/workspaces/{id}/members/{userId}", { ...of(it), body: { role: event.target.value } }))}>
                      {names.map((role) => <option key={role} value={role}>{roleWord(role)}</option>)}
                    </Select>
                  ) : (
                    roleWord(it.role)
                  )}
                </td>
                <td className="w-8 text-right">
                  {mayChange && (
                    <Menu
                      trigger={<IconButton label={t("More about {{name}}", { name: it.name || it.email })} disabled={act.isPending}><Ellipsis size={16} strokeWidth={1.75} /></IconButton>}
                      entries={[
                        { label: it.suspendedAt ? t("Let in again") : t("Suspend"), onSelect: () => void suspend(it) },
                        { label: t("Take out"), danger: true, onSelect: () => void takeOut(it) },
                      ]}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </Table>}
      </section>
      {mayWrite && <Invite id={id} roles={names} />}
      {Boolean(invited.data?.items.length) && (
        <section>
          <h2 className="mb-1 font-semibold">{t("Invited")}</h2>
          <ul>
            {invited.data?.items.map((it) => (
              <li key={it.id} className="flex min-h-11 items-center gap-3 border-b">
                <span className="min-w-0 flex-1 truncate">{it.email} <span className="text-text3">{roleWord(it.role)}</span></span>
                {mayWrite && <Button small onClick={() => act.mutate(() => api.DELETE("/api/workspaces/{id}/invitations/{invitation}", { params: { path: { id, invitation: it.id } } }))}>{t("Take back")}</Button>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Invite({ id, roles }: { id: string; roles: string[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const roleWord = useRoleWord();
  const [role, setRole] = useState("editor");
  const send = useMutation({
    mutationFn: () => body(api.POST("/api/workspaces/{id}/invitations", { params: { path: { id } }, body: { email, role, days: null } })),
    onSuccess: async () => {
      setEmail("");
      await client.invalidateQueries({ queryKey: ["invitations"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Invite somebody")}</h2>
      <TextField label={t("E-mail")} type="email" required value={email} onValue={setEmail} fault={send.error ? messageOf(send.error) : undefined} />
      <div className="flex gap-2">
        <Select aria-label={t("Role")} className="w-40!" value={role} onChange={(event) => setRole(event.target.value)}>{roles.map((it) => <option key={it} value={it}>{roleWord(it)}</option>)}</Select>
        <Button type="submit" disabled={send.isPending}>{t("Invite")}</Button>
      </div>
      {send.data?.link && <p role="status" className="rounded-control bg-hover px-3 py-2 break-all">{t("This server sends no mails. Hand this link over:")} <code className="select-all">{send.data.link}</code></p>}
    </form>
  );
}
