// What counts for the workflow as a whole: what runs when it fails, its zone, its time, what is kept of its runs.
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/api/client";
import { offeredQuery } from "~/api/lists";
import { useMay } from "~/api/me";
import { useTelling } from "~/features/workflows";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Check, Field, Input, Select, TextField } from "~/ui/field";
import { changeSettings, type Settings } from "../commands/changeSettings";
import type { Change, Doc } from "../model/document";

interface Props {
  doc: Doc;
  workflowId: string;
  mayWrite: boolean;
  onChange: (change: Change, about?: string) => void;
  onClose: () => void;
}

export function SettingsDialog({ doc, workflowId, mayWrite, onChange, onClose }: Props) {
  const { t } = useTranslation();
  const settings = doc.settings ?? {};
  const set = (fields: Partial<Settings>) => onChange(changeSettings(fields), `settings ${Object.keys(fields).join()}`);
  return (
    <Dialog open onClose={onClose} title={t("Settings of the workflow")} about={t("They are saved with the draft, and count once it is published.")} closeLabel={t("Close")} wide>
      <fieldset disabled={!mayWrite} className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
        <ErrorWorkflow value={settings.errorWorkflow ?? ""} workflowId={workflowId} onValue={(it) => set({ errorWorkflow: it || null })} />
        <Zone value={settings.timeZone ?? ""} onValue={(it) => set({ timeZone: it || null })} />
        <Longest value={settings.timeoutMs ?? undefined} onValue={(it) => set({ timeoutMs: it ?? null })} />
        <Field label={t("Branches run")}>
          {(ids) => (
            <Select {...ids} value={settings.order ?? "v1"} onChange={(event) => set({ order: event.target.value as Settings["order"] })}>
              <option value="v1">{t("One after the other, each to its end")}</option>
              <option value="parallel">{t("At the same time")}</option>
              <option value="v0">{t("In turns, as in old n8n workflows")}</option>
            </Select>
          )}
        </Field>
        <Field label={t("Name of each execution")} hint={t("By which it is found, such as `=order {{it}}`.", { it: "{{ $json.id }}" })}>
          {(ids) => <Input {...ids} className="font-mono text-small" spellCheck={false} value={settings.businessKey ?? ""} onChange={(event) => set({ businessKey: event.target.value || null })} />}
        </Field>
        <Field label={t("Priority")} hint={t("-100 to 100; when there is a queue, the higher runs first.")}>
          {(ids) => <Input {...ids} type="number" min={-100} max={100} value={settings.priority ?? 0} onChange={(event) => set({ priority: Math.max(-100, Math.min(100, Math.trunc(Number(event.target.value)))) })} />}
        </Field>
        <Callers value={settings.callerPolicy ?? undefined} onValue={(it) => set({ callerPolicy: it ?? null })} />
        <Kept value={settings.save ?? {}} onValue={(save) => set({ save })} />
      </fieldset>
    </Dialog>
  );
}

/** Who fails finds it by its id or its name, whichever stands there. */
function ErrorWorkflow({ value, workflowId, onValue }: { value: string; workflowId: string; onValue: (value: string) => void }) {
  const { t } = useTranslation();
  const list = useQuery(offeredQuery);
  const others = (list.data?.items ?? []).filter((it) => it.id !== workflowId);
  const named = others.find((it) => it.id === value || it.name === value);
  const isSilent = named && !named.active;
  const mayMake = useMay()("workflows.publish");
  const [isAsking, setAsking] = useState(false);
  const choose = (it: string) => {
    setAsking(it === NEW);
    if (it !== NEW) onValue(it);
  };
  return (
    <Field label={t("When it fails, run")} hint={isSilent ? t("“{{name}}” is not published: it runs once it is.", { name: named.name }) : t("A workflow that starts with an error trigger.")}>
      {(ids) => (
        <>
          <Select {...ids} value={isAsking ? NEW : (named?.id ?? value)} onChange={(event) => choose(event.target.value)}>
            <option value="">{t("Nothing")}</option>
            {value && !named && <option value={value}>{value}</option>}
            {others.map((it) => <option key={it.id} value={it.id}>{it.name}</option>)}
            {mayMake && <option value={NEW}>{t("A new one, which posts to an address")}</option>}
          </Select>
          {isAsking && <Telling onMade={choose} />}
        </>
      )}
    </Field>
  );
}

/** No id is written like this. */
const NEW = "+";

function Telling({ onMade }: { onMade: (id: string) => void }) {
  const { t } = useTranslation();
  const [address, setAddress] = useState("");
  const make = useTelling(onMade);
  const isAddress = URL.canParse(address) && /^https?:/.test(address);
  return (
    <div className="flex flex-col items-start gap-2 border-l-2 py-1 pl-3">
      <div className="w-full"><TextField label={t("Post what failed to")} type="url" placeholder="https://example.com/alarm" autoFocus value={address} onValue={setAddress} fault={make.error ? messageOf(make.error) : undefined} /></div>
      <Button small disabled={!isAddress || make.isPending} onClick={() => make.mutate(address)}>{t("Make and publish it")}</Button>
    </div>
  );
}

function Zone({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const { t } = useTranslation();
  const id = useId();
  const zones = Intl.supportedValuesOf("timeZone");
  const isUnknown = value !== "" && value !== "UTC" && !zones.includes(value);
  return (
    <Field label={t("Time zone")} hint={t("In which schedules and dates are meant. Empty is the workspace's.")} fault={isUnknown ? t("There is no time zone of this name; one is called Europe/Lisbon.") : undefined}>
      {(ids) => (
        <>
          <Input {...ids} list={id} placeholder={Intl.DateTimeFormat().resolvedOptions().timeZone} value={value} onChange={(event) => onValue(event.target.value)} />
          <datalist id={id}>{zones.map((it) => <option key={it} value={it} />)}</datalist>
        </>
      )}
    </Field>
  );
}

const MINUTE_MS = 60_000;

function Longest({ value, onValue }: { value?: number; onValue: (value: number | undefined) => void }) {
  const { t } = useTranslation();
  return (
    <Field label={t("Longest time of a run, in minutes")} hint={t("Waits are not counted. Empty is as long as the server lets it.")}>
      {(ids) => <Input {...ids} type="number" min={0} step="any" value={value === undefined ? "" : value / MINUTE_MS} onChange={(event) => onValue(Number(event.target.value) > 0 ? Math.round(Number(event.target.value) * MINUTE_MS) : undefined)} />}
    </Field>
  );
}

function Callers({ value, onValue }: { value: Settings["callerPolicy"]; onValue: (value: Settings["callerPolicy"]) => void }) {
  const { t } = useTranslation();
  const listed = typeof value === "object" && value ? value.listed : undefined;
  const kind = listed ? "listed" : ((value as string | undefined) ?? "any");
  const change = (it: string) => onValue(it === "listed" ? { listed: [] } : it === "none" ? "none" : undefined);
  return (
    <Field label={t("Which workflows may call it")}>
      {(ids) => (
        <>
          <Select {...ids} value={kind} onChange={(event) => change(event.target.value)}>
            <option value="any">{t("Each of this workspace")}</option>
            <option value="none">{t("None")}</option>
            <option value="listed">{t("Only these")}</option>
          </Select>
          {listed && <Input aria-label={t("Their ids, separated by commas")} placeholder={t("Their ids, separated by commas")} className="mt-1 font-mono text-small" defaultValue={listed.join(", ")} onChange={(event) => onValue({ listed: event.target.value.split(",").map((it) => it.trim()).filter(Boolean) })} />}
        </>
      )}
    </Field>
  );
}

function Kept({ value, onValue }: { value: NonNullable<Settings["save"]>; onValue: (value: NonNullable<Settings["save"]>) => void }) {
  const { t } = useTranslation();
  const now = { success: value.success ?? true, error: value.error ?? true, manual: value.manual ?? true };
  const box = (key: keyof typeof now, label: string) => <Check label={label} checked={now[key]} onCheck={(is) => onValue({ ...now, [key]: is })} />;
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">{t("Runs that are kept once they have ended")}</legend>
      {box("success", t("Those that went well"))}
      {box("error", t("Those that failed"))}
      {box("manual", t("Those started by hand, of the draft"))}
    </fieldset>
  );
}
