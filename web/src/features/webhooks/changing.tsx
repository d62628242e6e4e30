// A webhook changed or removed from its page: in the draft, so that it counts once that is published.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Check, Field, Select, TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

type Binding = Schemas["WebhookBinding"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];

export function Changing({ hook }: { hook: Schemas["Webhook"] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/webhooks/{id}", { params: { path: { id: hook.id } } }),
    onSuccess: async () => {
      say(t("It is out of the draft. Publish the workflow, and it stops to listen."));
      await navigate({ to: "/webhooks", search: {} });
      await client.invalidateQueries({ queryKey: ["webhooks"] });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async () => {
    if (await ask(t("Remove this webhook from the draft of “{{name}}”, with its wires?", { name: hook.workflowName }), t("Remove"))) remove.mutate();
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <h2 className="mr-auto min-w-0 font-mono break-all">/{hook.path}</h2>
      <Link to="/workflows/$id" params={{ id: hook.workflowId }} className="inline-flex h-8 items-center rounded-control px-3 font-medium text-text2 hover:bg-hover">{t("Open the workflow")}</Link>
      <Button icon={<Pencil size={16} strokeWidth={1.75} />} onClick={() => setOpen(true)}>{t("Change…")}</Button>
      <Button look="danger" icon={<Trash2 size={16} strokeWidth={1.75} />} disabled={remove.isPending} onClick={() => void sure()}>{t("Remove…")}</Button>
      {isOpen && <ChangeDialog id={hook.id} onClose={() => setOpen(false)} />}
    </div>
  );
}

function ChangeDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["webhook", id], queryFn: () => body(api.GET("/api/webhooks/{id}", { params: { path: { id } } })), gcTime: 0 });
  return (
    <Dialog open onClose={onClose} title={t("Change the webhook")} about={t("In the draft: what is published stays as it is until it is published again.")} closeLabel={t("Close")}>
      {found.isPending && <Loading label={t("Reading the webhook")} rows={3} />}
      {found.isError && <Trouble title={t("This webhook could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />}
      {found.data && <ChangeForm binding={found.data} onClose={onClose} />}
    </Dialog>
  );
}

function ChangeForm({ binding, onClose }: { binding: Binding; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [path, setPath] = useState(binding.path);
  const [methods, setMethods] = useState(binding.methods);
  const [respond, setRespond] = useState(binding.respond);
  const [isOff, setOff] = useState(binding.disabled);
  const save = useMutation({
    mutationFn: () => body(api.PUT("/api/webhooks/{id}", { params: { path: { id: binding.id } }, body: { path, methods, respond, disabled: isOff } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["webhooks"] });
      onClose();
      say(t("Saved in the draft. It counts once the workflow is published."));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const choose = (method: string, is: boolean) => setMethods(METHODS.filter((it) => (it === method ? is : methods.includes(it))));
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField label={t("Path")} hint={t("Segments that begin with `:` are parameters.")} required className="font-mono text-small" value={path} onValue={setPath} fault={save.error ? messageOf(save.error) : undefined} />
      <fieldset className="flex flex-wrap gap-x-4 gap-y-1">
        <legend className="mb-1 font-medium">{t("Methods")}</legend>
        {METHODS.map((it) => (
          <label key={it} className="flex items-center gap-1.5 pointer-coarse:min-h-11">
            <input type="checkbox" className="size-4 accent-[var(--accent)]" checked={methods.includes(it)} onChange={(event) => choose(it, event.target.checked)} />
            {it}
          </label>
        ))}
      </fieldset>
      <Field label={t("The caller is answered")}>
        {(ids) => (
          <Select {...ids} value={respond} onChange={(event) => setRespond(event.target.value as Binding["respond"])}>
            <option value="atOnce">{t("At once")}</option>
            <option value="lastNode">{t("When the last node has finished")}</option>
            <option value="node">{t("By a respond node")}</option>
            <option value="stream">{t("As a stream")}</option>
          </Select>
        )}
      </Field>
      <Check label={t("Turned off: nothing listens there")} checked={isOff} onCheck={setOff} />
      <Button type="submit" look="primary" className="self-end" disabled={save.isPending || methods.length === 0}>{t("Save in the draft")}</Button>
    </form>
  );
}
