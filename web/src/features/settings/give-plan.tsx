// Whoever looks after the server gives a workspace its plan: for good, or for some days to try, and with limits of its own.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { PlanLimitName as Limit, Schemas } from "~/api/types";
import { useWords } from "~/api/words";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Input, Select, TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { useLimitWords } from "./limits";
import { faultsIn, LIMITS, NONE, ownOf, textsOf, type Texts } from "./own-limits";
import { plansQuery } from "./plans";

type Workspace = Schemas["Workspace"];
type Plan = Schemas["Plan"];
type Given = Schemas["GivenPlan"];

export function PlanDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const { t } = useTranslation();
  const plans = useQuery(plansQuery);
  const given = useQuery({ queryKey: ["given plan", workspace.id], queryFn: () => body(api.GET("/api/platform/plans/given", { params: { query: { workspaceId: workspace.id } } })), gcTime: 0 });
  const fault = plans.error ?? given.error;
  const again = () => void Promise.all([plans.refetch(), given.refetch()]);
  return (
    <Dialog open onClose={onClose} title={t("Plan of “{{name}}”", { name: workspace.name })} about={t("It counts at once.")} closeLabel={t("Close")}>
      {!fault && !(plans.data && given.data) && <Loading label={t("Reading the plans")} rows={2} />}
      {fault && <Trouble title={t("The plans could not be read.")} message={messageOf(fault)} again={again} againLabel={t("Try again")} />}
      {plans.data && given.data && <Giving workspace={workspace} plans={plans.data.items} given={given.data} onClose={onClose} />}
    </Dialog>
  );
}

function Giving({ workspace, plans, given, onClose }: { workspace: Workspace; plans: Plan[]; given: Given; onClose: () => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const titleOf = useWords();
  const client = useQueryClient();
  const [plan, setPlan] = useState(given.plan);
  const [days, setDays] = useState("");
  const [texts, setTexts] = useState(textsOf(given.limits));
  const faults = faultsIn(texts);
  const give = useMutation({
    mutationFn: () => body(api.PUT("/api/platform/plans", { body: { workspaceId: workspace.id, plan, trialDays: days ? Number(days) : null, limits: ownOf(texts, given.limits) } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["usage"] });
      say(t("Saved"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!faults.length) give.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t("Plan")} hint={given.trialEndsAt ? t("It is there to try until {{date}}; then what is free is left.", { date: times.short(given.trialEndsAt) }) : undefined}>
        {(ids) => <Select {...ids} value={plan} onChange={(event) => setPlan(event.target.value)}>{plans.map((it) => <option key={it.name} value={it.name}>{titleOf(it.title)}</option>)}</Select>}
      </Field>
      <TextField label={t("To try for how many days")} hint={t("Empty is for good.")} type="number" min={1} max={3650} value={days} onValue={setDays} />
      <OwnLimits plan={plans.find((it) => it.name === plan)} texts={texts} faults={faults} onTexts={setTexts} />
      {give.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(give.error)}</p>}
      <Button type="submit" look="primary" className="self-end" disabled={give.isPending || faults.length > 0}>{t("Give the plan")}</Button>
    </form>
  );
}

function OwnLimits({ plan, texts, faults, onTexts }: { plan?: Plan; texts: Texts; faults: Limit[]; onTexts: (next: Texts) => void }) {
  const { t } = useTranslation();
  const words = useLimitWords();
  const set = (name: Limit, text: string) => onTexts({ ...texts, [name]: text });
  const [begun] = useState(texts);
  return (
    <details open={Object.values(begun).some(Boolean)} className="rounded-card border">
      <summary className="cursor-pointer px-3 py-2 font-medium">{t("Limits of its own")}</summary>
      <div className="flex flex-col gap-3 border-t px-3 py-3">
        <p className="text-text2">{t("In the place of those of the plan, also when it gets another one.")}</p>
        {LIMITS.map((name) => {
          const text = texts[name] ?? "";
          const kind = text === "" || text === NONE ? text : "own";
          const label = name === "storageBytes" ? t("Files, in MiB") : words.name(name);
          const usual = words.max(name, plan?.limits.find((it) => it.name === name)?.max);
          return (
            <Field key={name} label={label} fault={faults.includes(name) ? t("Enter a whole number.") : undefined}>
              {(ids) => (
                <div className="flex gap-2">
                  <Select {...ids} value={kind} onChange={(event) => set(name, event.target.value === "own" ? "1" : event.target.value)}>
                    <option value="">{t("As in the plan: {{max}}", { max: usual })}</option>
                    <option value={NONE}>{t("Without limit")}</option>
                    <option value="own">{t("Another limit")}</option>
                  </Select>
                  {kind === "own" && <Input type="number" min={0} aria-label={t("{{limit}}: at most", { limit: label })} className="w-36! shrink-0" value={text} onChange={(event) => set(name, event.target.value || " ")} />}
                </div>
              )}
            </Field>
          );
        })}
      </div>
    </details>
  );
}
