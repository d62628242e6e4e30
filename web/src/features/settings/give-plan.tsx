// Whoever looks after the server gives a workspace its plan: for good, or for some days to try.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Select, TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";

type Workspace = Schemas["Workspace"];

export function PlanDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const { t } = useTranslation();
  const plans = useQuery({ queryKey: ["plans"], queryFn: () => body(api.GET("/api/platform/plans", { params: { query: { pageSize: 100 } } })) });
  const usage = useQuery({ queryKey: ["usage", workspace.id], queryFn: () => body(api.GET("/api/workspaces/{id}/usage", { params: { path: { id: workspace.id } } })), retry: false });
  return (
    <Dialog open onClose={onClose} title={t("Plan of “{{name}}”", { name: workspace.name })} about={t("It counts at once. Limits of its own that the workspace has stay.")} closeLabel={t("Close")}>
      {plans.isPending && <Loading label={t("Reading the plans")} rows={2} />}
      {plans.isError && <Trouble title={t("The plans could not be read.")} message={messageOf(plans.error)} again={() => void plans.refetch()} againLabel={t("Try again")} />}
      {plans.data && !usage.isPending && <Giving workspace={workspace} plans={plans.data.items} now={usage.data?.chosenPlan} onClose={onClose} />}
    </Dialog>
  );
}

function Giving({ workspace, plans, now, onClose }: { workspace: Workspace; plans: Schemas["Plan"][]; now?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [plan, setPlan] = useState(now ?? plans[0]?.name ?? "");
  const [days, setDays] = useState("");
  const give = useMutation({
    mutationFn: () => body(api.PUT("/api/platform/plans", { body: { workspaceId: workspace.id, plan, trialDays: days ? Number(days) : null } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["usage"] });
      say(t("Saved"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label={t("Plan")} fault={give.error ? messageOf(give.error) : undefined}>
        {(ids) => <Select {...ids} value={plan} onChange={(event) => setPlan(event.target.value)}>{plans.map((it) => <option key={it.name} value={it.name}>{it.title}</option>)}</Select>}
      </Field>
      <TextField label={t("To try for how many days")} hint={t("Empty is for good.")} type="number" min={1} max={3650} value={days} onValue={setDays} />
      <Button type="submit" look="primary" className="self-end" disabled={give.isPending}>{t("Give the plan")}</Button>
    </form>
  );
}
