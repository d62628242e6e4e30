// What is done with an API key: made, exchanged for another, and told how often it may ask.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { rolesQuery } from "~/api/lists";
import { useRoleWord } from "~/api/role-words";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Input, Select, TextField } from "~/ui/field";
import { say } from "~/ui/toast";

type Key = Schemas["ApiKey"];

interface MakingProps {
  onMade: (key: string) => void;
  onClose: () => void;
}

/** A form in a dialog, with what went wrong above its one button. */
function useForm<T>(work: () => Promise<T>, onDone: (it: T) => void) {
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: work,
    onSuccess: async (it) => {
      await client.invalidateQueries({ queryKey: ["keys"] });
      onDone(it);
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  const foot = (verb: string): ReactNode => (
    <>
      {send.isError && <p role="alert" className="break-words text-err">{messageOf(send.error)}</p>}
      <Button type="submit" look="primary" className="self-end" disabled={send.isPending}>{verb}</Button>
    </>
  );
  return { onSubmit, foot };
}

export function NewKeyDialog({ onMade, onClose }: MakingProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const roleWord = useRoleWord();
  const [role, setRole] = useState("editor");
  const [rate, setRate] = useState("");
  const [day, setDay] = useState("");
  const [networks, setNetworks] = useState("");
  const roles = useQuery(rolesQuery);
  const names = (roles.data?.items ?? []).map((it) => it.name).filter((it) => it !== "owner");
  const { onSubmit, foot } = useForm(
    () =>
      body(
        api.POST("/api/keys", {
          body: { name, role, rate: rate.trim() || null, expiresAt: day ? new Date(`${day}T23:59:59`).toISOString() : null, networks: networks.split(",").map((it) => it.trim()).filter(Boolean) },
        }),
      ),
    (made) => onMade(made.key),
  );
  return (
    <Dialog open onClose={onClose} title={t("New key")} about={t("It is shown once. It acts in this workspace only.")} closeLabel={t("Close")}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField label={t("Name")} hint={t("What it is for.")} required maxLength={100} autoFocus value={name} onValue={setName} />
        <Field label={t("Role")} hint={t("It may do what this role may, also when the role changes.")}>
          {(ids) => <Select {...ids} value={role} onChange={(event) => setRole(event.target.value)}>{(names.length ? names : [role]).map((it) => <option key={it} value={it}>{roleWord(it)}</option>)}</Select>}
        </Field>
        <Field label={t("Last day")} hint={t("Empty is without an end.")}>{(ids) => <Input {...ids} type="date" value={day} onChange={(event) => setDay(event.target.value)} />}</Field>
        <Rate value={rate} onValue={setRate} />
        <TextField label={t("Networks")} hint={t("Addresses that it opens from, such as 10.0.0.0/8, separated by commas. Empty is everywhere.")} value={networks} onValue={setNetworks} />
        {foot(t("Make a key"))}
      </form>
    </Dialog>
  );
}

function Rate({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const { t } = useTranslation();
  return <TextField label={t("How often it may ask")} hint={t("Such as 10/min, or per s, h or day. Empty is as often as everybody here.")} value={value} onValue={onValue} />;
}

export function LimitDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const { t } = useTranslation();
  const [rate, setRate] = useState(apiKey.rate ?? "");
  const { onSubmit, foot } = useForm(
    () => body(api.PUT("/api/keys/{id}/rate", { params: { path: { id: apiKey.id } }, body: { rate: rate.trim() || null } })),
    () => {
      say(t("Saved"));
      onClose();
    },
  );
  return (
    <Dialog open onClose={onClose} title={t("The key “{{name}}”", { name: apiKey.name })} closeLabel={t("Close")}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Rate value={rate} onValue={setRate} />
        {foot(t("Save"))}
      </form>
    </Dialog>
  );
}

export function RotateDialog({ apiKey, onMade, onClose }: MakingProps & { apiKey: Key }) {
  const { t } = useTranslation();
  const [hours, setHours] = useState("24");
  const { onSubmit, foot } = useForm(
    () => body(api.POST("/api/keys/{id}/rotate", { params: { path: { id: apiKey.id } }, body: { overlapHours: Number(hours) } })),
    (made) => onMade(made.key),
  );
  return (
    <Dialog open onClose={onClose} title={t("Rotate the key “{{name}}”", { name: apiKey.name })} about={t("Makes a new key that may do the same. The old one goes on for a while beside it.")} closeLabel={t("Close")}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField label={t("For how many hours the old one still opens")} type="number" min={0} required value={hours} onValue={setHours} />
        {foot(t("Make the new key"))}
      </form>
    </Dialog>
  );
}
