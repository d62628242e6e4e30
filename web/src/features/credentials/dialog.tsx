// The form of a credential in a dialog: made or changed, then tried where its type can be.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { isShown } from "~/api/forms";
import type { CredentialRow, CredentialType, FormField, Schemas } from "~/api/types";
import { faultWords } from "~/lib/faults";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Coded, Field, Input, Select, TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { useCredentialTypes, useCredentials } from "./known";
import { freeName } from "./naming";

type Values = Record<string, unknown>;

interface Props {
  /** Which one is changed; a new one is made without it. */
  id?: string;
  /** The only type that a new one may have. */
  kind?: string;
  onClose: () => void;
  /** It is saved, though it may not work yet. */
  onSaved?: (credential: CredentialRow) => void;
}

export function CredentialDialog(props: Props) {
  const { t } = useTranslation();
  const types = useCredentialTypes();
  const all = useCredentials();
  const given = useQuery({
    queryKey: ["credential", props.id],
    queryFn: () => body(api.GET("/api/credentials/{id}", { params: { path: { id: props.id ?? "" } } })),
    enabled: Boolean(props.id),
    gcTime: 0,
  });
  const failed = [types, all, given].find((it) => it.isError);
  const isReady = types.data && all.data && (given.data ?? !props.id);
  return (
    <Dialog open onClose={props.onClose} title={props.id ? t("Change the credential") : t("New credential")} closeLabel={t("Close")}>
      {failed ? (
        <Trouble title={t("The form could not be read.")} message={messageOf(failed.error)} again={() => void failed.refetch()} againLabel={t("Try again")} />
      ) : isReady ? (
        <CredentialForm {...props} types={types.data.items} names={all.data.items.map((it) => it.name)} given={given.data} />
      ) : (
        <Loading label={t("Reading the form")} rows={3} />
      )}
    </Dialog>
  );
}

function CredentialForm({ kind, types, names, given, onClose, onSaved }: Props & { types: CredentialType[]; names: string[]; given?: Schemas["Credential"] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [chosen, setChosen] = useState(given?.type ?? kind ?? types[0]?.name ?? "");
  const type = types.find((it) => it.name === chosen);
  const [name, setName] = useState(given?.name);
  const [values, setValues] = useState<Values>((given?.fields ?? {}) as Values);
  // What failed its test is kept: the next save changes it.
  const [made, setMade] = useState(given?.id);
  const [verdict, setVerdict] = useState<string>();
  const shownName = name ?? freeName(type?.title ?? "", names);
  const save = useMutation({
    mutationFn: async () => {
      setVerdict(undefined);
      const fields = values as Schemas["NewCredential"]["fields"];
      const path = { path: { id: made ?? "" } };
      const row = made ? await body(api.PUT("/api/credentials/{id}", { params: path, body: { name: shownName, fields } })) : await body(api.POST("/api/credentials", { body: { name: shownName, type: chosen, fields } }));
      setMade(row.id);
      setName(row.name);
      await client.invalidateQueries({ queryKey: ["credentials"] });
      onSaved?.(row);
      if (!type?.testable) return undefined;
      return body(api.POST("/api/credentials/{id}/test", { params: { path: { id: row.id } } }));
    },
    onSuccess: (tested) => {
      if (tested && !tested.works) return setVerdict(faultWords(tested.message));
      say(tested ? t("It works. {{message}}", { message: faultWords(tested.message) }) : t("The credential is saved."));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The form stands inside another one where React is concerned.
    event.stopPropagation();
    save.mutate();
  };
  if (!type) return <p role="alert" className="text-err">{t("The server does not know the credential type {{type}}.", { type: chosen })}</p>;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {!kind && !made ? (
        <Field label={t("Type")}>
          {(ids) => (
            <Select {...ids} value={chosen} onChange={(event) => { setChosen(event.target.value); setValues({}); }}>
              {types.map((it) => <option key={it.name} value={it.name}>{it.title}</option>)}
            </Select>
          )}
        </Field>
      ) : (
        <p className="text-text2">{type.title}</p>
      )}
      {type.docs && <p className="text-small text-text2"><Coded text={type.docs} /></p>}
      <TextField label={t("Name")} required value={shownName} onValue={setName} />
      {type.form.fields.filter((it) => isShown(type.form, it, values)).map((it) => (
        <Value key={it.name} field={it} value={values[it.name] ?? it.default ?? undefined} onValue={(value) => setValues({ ...values, [it.name]: value })} />
      ))}
      {save.error && <p role="alert" className="break-words text-err">{messageOf(save.error)}</p>}
      {verdict !== undefined && <p role="alert" className="rounded-card bg-wait-soft px-3 py-2 break-words text-wait">{t("It is saved, but it does not work yet: {{why}}", { why: verdict })}</p>}
      <Button type="submit" look="primary" disabled={save.isPending}>{save.isPending ? t("Saving") : type.testable ? t("Save and test") : t("Save")}</Button>
    </form>
  );
}

function Value({ field, value, onValue }: { field: FormField; value: unknown; onValue: (value: unknown) => void }) {
  if (field.kind === "notice") return <p className="rounded-control bg-hover px-3 py-2 text-text2">{field.help ?? field.title}</p>;
  const text = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return (
    <Field label={field.title} hint={field.help} required={field.required}>
      {(ids) =>
        field.kind === "bool" ? (
          <input {...ids} type="checkbox" className="size-4 self-start accent-[var(--accent)]" checked={value === true} onChange={(event) => onValue(event.target.checked)} />
        ) : field.kind === "choice" ? (
          <Select {...ids} value={JSON.stringify(value ?? null)} onChange={(event) => onValue(JSON.parse(event.target.value))}>
            {value === undefined && <option value="null" />}
            {field.options?.map((it) => <option key={JSON.stringify(it.value)} value={JSON.stringify(it.value)}>{it.title}</option>)}
          </Select>
        ) : field.kind === "json" || field.multiline ? (
          <Area {...ids} className="font-mono text-small" spellCheck={false} required={field.required} value={text} onChange={(event) => onValue(event.target.value)} />
        ) : (
          <Input {...ids} type={field.kind === "secret" ? "password" : field.kind === "number" ? "number" : "text"} autoComplete="off" required={field.required} value={text} placeholder={field.placeholder} onChange={(event) => onValue(field.kind === "number" && event.target.value !== "" ? Number(event.target.value) : event.target.value)} />
        )
      }
    </Field>
  );
}
