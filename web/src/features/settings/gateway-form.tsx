// The form of a route of the gateway: its path, its limits, where it leads and what is changed on the way.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Failure, messageOf } from "~/api/client";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Select, TextField } from "~/ui/field";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { draftOf, fieldsOf, METHODS, type Draft, type Route } from "./gateway-draft";
import { RuleRows } from "./gateway-rules";

const PAIR = "grid gap-4 sm:grid-cols-2";

export function RouteDialog({ route, onClose }: { route?: Route; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(route));
  const set = (part: Partial<Draft>) => setDraft((it) => ({ ...it, ...part }));
  const save = useMutation({
    mutationFn: () => {
      const fields = fieldsOf(draft);
      return route ? body(api.PUT("/api/gateway/routes/{id}", { params: { path: { id: route.id } }, body: fields })) : body(api.POST("/api/gateway/routes", { body: fields }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["gateway"] });
      say(t("Saved"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={route ? t("Change the route") : t("New route")} closeLabel={t("Close")} wide>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className={PAIR}>
          <TextField label={t("Name")} required maxLength={100} value={draft.name} onValue={(name) => set({ name })} />
          <Field label={t("What it is for")}>
            {(ids) => (
              <Select {...ids} value={draft.isService ? "service" : "webhook"} onChange={(event) => set({ isService: event.target.value === "service" })}>
                <option value="service">{t("A service elsewhere")}</option>
                <option value="webhook">{t("A webhook of this workspace")}</option>
              </Select>
            )}
          </Field>
        </div>
        <TextField label={t("Path")} required maxLength={300} spellCheck={false} className="font-mono text-small" value={draft.path} onValue={(path) => set({ path })} hint={draft.isService ? t("Behind /gateway. :id is any one part, and a star at the end all that is left.") : t("Behind /webhook. :id is any one part, and a star at the end all that is left.")} />
        <Methods chosen={draft.methods} onChosen={(methods) => set({ methods })} />
        {draft.isService && <Service draft={draft} set={set} />}
        <div className={PAIR}>
          <TextField label={t("Calls of one caller")} placeholder="60/min" value={draft.caller} onValue={(caller) => set({ caller })} hint={t("Such as 60/min, or per s, h or day. Empty is any number.")} />
          <TextField label={t("Calls of all together")} placeholder="1000/min" value={draft.together} onValue={(together) => set({ together })} />
        </div>
        <RuleRows title={t("Rules for requests")} about={t("They happen in their order, before anybody sees the request. Fields are those of JSON bodies.")} rows={draft.request} onRows={(request) => set({ request })} />
        <RuleRows title={t("Rules for answers")} about={t("Answers that stream have only their headers changed.")} rows={draft.response} onRows={(response) => set({ response })} />
        <label className="flex items-center gap-2"><input type="checkbox" checked={draft.enabled} onChange={(event) => set({ enabled: event.target.checked })} />{t("The route is on")}</label>
        {save.error && <Faults error={save.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          {route && <Doing route={route} onGone={onClose} />}
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>{t("Save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What can be done with a route that there is. */
function Doing({ route, onGone }: { route: Route; onGone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const params = { path: { id: route.id } };
  const again = () => client.invalidateQueries({ queryKey: ["gateway"] });
  const check = useMutation({
    mutationFn: () => body(api.POST("/api/gateway/routes/{id}/check", { params })),
    onSuccess: async (found) => {
      const text = found.status ? t("It answered with status {{status}} in {{ms}} ms.", { status: found.status, ms: found.ms }) : (found.trouble ?? "");
      say(text, found.works ? "note" : "error");
      await again();
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/gateway/routes/{id}", { params }),
    onSuccess: async () => {
      onGone();
      await again();
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async () => {
    if (await ask(t("Delete the route “{{name}}”? Its limits and rules end at once.", { name: route.name }), t("Delete"))) remove.mutate();
  };
  return (
    <span className="mr-auto flex gap-2">
      <Button look="danger" disabled={remove.isPending} onClick={() => void sure()}>{t("Delete")}</Button>
      {route.upstream && <Button disabled={check.isPending} onClick={() => check.mutate()}>{t("Check")}</Button>}
    </span>
  );
}

function Methods({ chosen, onChosen }: { chosen: string[]; onChosen: (methods: string[]) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="font-medium">{t("Methods")}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1 font-mono text-small">
        {METHODS.map((it) => (
          <label key={it} className="flex items-center gap-1.5">
            <input type="checkbox" checked={chosen.includes(it)} onChange={(event) => onChosen(event.target.checked ? METHODS.filter((one) => one === it || chosen.includes(one)) : chosen.filter((one) => one !== it))} />
            {it}
          </label>
        ))}
      </div>
      <p className="text-small text-text3">{t("None is all.")}</p>
    </fieldset>
  );
}

function Service({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const credentials = useQuery({ queryKey: ["credentials"], queryFn: () => body(api.GET("/api/credentials", { params: { query: { pageSize: 500 } } })) });
  return (
    <>
      <TextField label={t("Address of the service")} type="url" required spellCheck={false} className="font-mono text-small" placeholder="https://api.example.com/v1" value={draft.url} onValue={(url) => set({ url })} hint={t("A part of the path stands in braces here. What the star takes comes behind it.")} />
      <div className={PAIR}>
        <Field label={t("Who may call")}>
          {(ids) => (
            <Select {...ids} value={draft.access} onChange={(event) => set({ access: event.target.value as Draft["access"] })}>
              <option value="key">{t("Who has a key, or is a member")}</option>
              <option value="everybody">{t("Everybody")}</option>
            </Select>
          )}
        </Field>
        <Field label={t("Credential")} hint={t("It signs what goes to the service.")}>
          {(ids) => (
            <Select {...ids} value={draft.credentialId} onChange={(event) => set({ credentialId: event.target.value })}>
              <option value="">{t("None")}</option>
              {credentials.data?.items.map((it) => <option key={it.id} value={it.id}>{it.name}</option>)}
            </Select>
          )}
        </Field>
        <TextField label={t("Seconds until it answers")} type="number" min={0.1} max={300} step="any" required value={draft.timeoutSeconds} onValue={(timeoutSeconds) => set({ timeoutSeconds })} />
        <TextField label={t("Tries after the first")} type="number" min={0} max={5} required value={draft.retries} onValue={(retries) => set({ retries })} hint={t("Of what may be done twice, while the service is away.")} />
        <TextField label={t("Largest request, in KiB")} type="number" min={1} max={1048576} required value={draft.bodyKib} onValue={(bodyKib) => set({ bodyKib })} />
        <TextField label={t("Largest answer, in KiB")} type="number" min={1} max={1048576} required value={draft.answerKib} onValue={(answerKib) => set({ answerKib })} />
      </div>
    </>
  );
}

/** All that the server has to say of it. */
function Faults({ error }: { error: Error }) {
  const details = error instanceof Failure && Array.isArray(error.details) ? (error.details as { path?: string; message?: string }[]) : [];
  return (
    <div role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">
      {details.length > 1 ? <ul className="list-disc pl-4">{details.map((it, n) => <li key={n}>{it.message} <span className="font-mono text-small">{it.path}</span></li>)}</ul> : messageOf(error)}
    </div>
  );
}
