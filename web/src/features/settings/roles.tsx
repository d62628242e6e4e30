// Roles: the built-in ones to compare with, and those that the workspace makes for itself.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { rolesQuery } from "~/api/lists";
import { useMay, useMe } from "~/api/me";
import { useRoleWord } from "~/api/role-words";
import type { Schemas } from "~/api/types";
import { useWords, wordsQuery } from "~/api/words";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { TextField } from "~/ui/field";
import { CELL, Loading, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { grouped } from "./permissions";

type Role = Schemas["Role"];

export function Roles() {
  const { t } = useTranslation();
  const mayWrite = useMay()("roles.write");
  const client = useQueryClient();
  const roleWord = useRoleWord();
  /** A role that is changed; `new` is one that is made. */
  const [open, setOpen] = useState<Role | "new">();
  const list = useQuery(rolesQuery);
  const remove = useMutation({
    mutationFn: (name: string) => api.DELETE("/api/roles/{name}", { params: { path: { name } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["roles"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async (name: string) => {
    if (await ask(t("Delete the role “{{name}}”?", { name }), t("Delete"))) remove.mutate(name);
  };
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div><h2 className="font-semibold">{t("Roles")}</h2><p className="text-text2">{t("What members and keys may do. Built-in roles are the same everywhere.")}</p></div>
        {mayWrite && <Button icon={<Plus size={16} strokeWidth={1.75} />} onClick={() => setOpen("new")}>{t("New role")}</Button>}
      </div>
      {list.isPending && <Loading rows={4} label={t("Reading the roles")} />}
      {list.isError && <Trouble title={t("The roles could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data && (
        <Table label={t("Roles")} head={[t("Name"), t("Permissions"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
          {list.data.items.map((it) => (
            <tr key={it.name} className={ROW}>
              <td className={`${CELL} font-medium`}>{roleWord(it.name)} {it.builtIn && <span className="font-normal text-text3">{t("built-in")}</span>}</td>
              <td className={`${CELL} text-text2 tabular-nums`} title={it.permissions.join(", ")}>{it.permissions.length}</td>
              <td className={CELL}>
                <span className="flex justify-end gap-1">
                  <Button small onClick={() => setOpen(it)}>{it.builtIn || !mayWrite ? t("Look") : t("Change")}</Button>
                  {mayWrite && !it.builtIn && <Button small look="danger" onClick={() => void sure(it.name)}>{t("Delete")}</Button>}
                </span>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {open && (
        <Dialog open wide onClose={() => setOpen(undefined)} title={open === "new" ? t("New role") : t("Role {{name}}", { name: roleWord(open.name) })} closeLabel={t("Close")}>
          <RoleForm role={open === "new" ? undefined : open} isFixed={open !== "new" && (open.builtIn || !mayWrite)} onDone={() => setOpen(undefined)} />
        </Dialog>
      )}
    </section>
  );
}

function RoleForm({ role, isFixed, onDone }: { role?: Role; isFixed: boolean; onDone: () => void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const me = useMe();
  const words = useWords();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(role?.permissions));
  const all = useQuery(wordsQuery(["permissions"], i18n.language, () => body(api.GET("/api/permissions", { params: { query: { pageSize: 500 } } }))));
  const save = useMutation({
    mutationFn: () => {
      const permissions = [...chosen];
      return role ? body(api.PUT("/api/roles/{name}", { params: { path: { name: role.name } }, body: { permissions } })) : body(api.POST("/api/roles", { body: { name, permissions } }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["roles"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const choose = (permission: string, is: boolean) => {
    const next = new Set(chosen);
    if (is) next.add(permission);
    else next.delete(permission);
    setChosen(next);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      {!role && <TextField label={t("Name")} required pattern="[a-z][a-z0-9_\-]*" maxLength={50} hint={t("Small letters, digits, `_` and `-`.")} value={name} onValue={setName} />}
      {all.isPending && <Loading rows={6} label={t("Reading the permissions")} />}
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-2">
        {grouped(all.data?.items ?? []).map(([subject, permissions]) => (
          <fieldset key={subject} className="min-w-0">
            <legend className="mb-1 font-medium">{words(subject)}</legend>
            {permissions.map((it) => (
              <label key={it.name} className="flex items-start gap-2 py-0.5">
                <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]" disabled={isFixed || !(me?.permissions.includes(it.name) ?? false)} checked={chosen.has(it.name)} onChange={(event) => choose(it.name, event.target.checked)} />
                <span className="min-w-0"><code className="text-small">{it.name}</code> <span className="text-small text-text3">{it.description}</span></span>
              </label>
            ))}
          </fieldset>
        ))}
      </div>
      {save.error && <p role="alert" className="text-err">{messageOf(save.error)}</p>}
      {isFixed ? <Button className="self-start" onClick={onDone}>{t("Close")}</Button> : <Button type="submit" look="primary" className="self-start" disabled={save.isPending}>{t("Save")}</Button>}
    </form>
  );
}
