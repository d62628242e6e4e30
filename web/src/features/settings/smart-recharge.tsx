// Credits that are bought by themselves when few are left.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { Check, TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { amountIn, priceOf } from "./amounts";

type Settings = Schemas["SmartRecharge"];
type Price = Schemas["CreditCost"];

export function SmartRecharge({ id, price }: { id: string; price: Price }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["recharge", id], queryFn: () => body(api.GET("/api/credits/smart-recharge/{workspaceId}", { params: { path: { workspaceId: id } } })) });
  if (found.isError) return <Trouble title={t("Smart recharge could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />;
  if (!found.data) return <Loading rows={2} label={t("Reading the credits")} />;
  const { threshold, rechargeAmount, active } = found.data;
  return <Form key={`${threshold} ${rechargeAmount} ${active}`} id={id} price={price} settings={found.data} />;
}

function Form({ id, price, settings }: { id: string; price: Price; settings: Settings }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const isFixed = !useMay()("workspace.write");
  const shown = (n: number) => (n ? String(n) : "");
  const [threshold, setThreshold] = useState(shown(settings.threshold));
  const [credits, setCredits] = useState(shown(settings.rechargeAmount));
  const [active, setActive] = useState(settings.active);
  const save = useMutation({
    mutationFn: () =>
      body(api.PATCH("/api/credits/smart-recharge/{workspaceId}", { params: { path: { workspaceId: id } }, body: { threshold: amountIn(threshold), rechargeAmount: amountIn(credits), active } })),
    onSuccess: (answer) => {
      client.setQueryData(["recharge", id], answer);
      say(t("Saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const whole = t("A whole number from 1 on");
  const isOdd = (text: string) => text.trim() !== "" && amountIn(text) === undefined;
  const n = amountIn(credits);
  const isChanged = threshold !== shown(settings.threshold) || credits !== shown(settings.rechargeAmount) || active !== settings.active;
  const lacks = active && (amountIn(threshold) === undefined || n === undefined);
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div>
        <h3 className="font-semibold">{t("Smart recharge")}</h3>
        <p className="text-text2">{t("Buys credits by itself when few are left: once for each time that the balance falls under the threshold, at most {{max}} times within 24 hours.", { max: settings.chargesDailyMax })}</p>
      </div>
      <State settings={settings} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label={t("Under so many credits")} type="number" min={1} step={1} disabled={isFixed} value={threshold} onValue={setThreshold} fault={isOdd(threshold) ? whole : undefined} />
        <TextField label={t("Buy so many")} type="number" min={1} step={1} disabled={isFixed} value={credits} onValue={setCredits} fault={isOdd(credits) ? whole : undefined} hint={n ? t("Costs {{price}} each time", { price: priceOf(n * price.amount, price.currency, i18n.language) }) : undefined} />
      </div>
      {!isFixed && <Check label={t("Charge the card that is kept at Stripe")} checked={active} onCheck={setActive} />}
      {save.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(save.error)}</p>}
      {!isFixed && <Button type="submit" className="self-start" disabled={save.isPending || !isChanged || lacks || isOdd(threshold) || isOdd(credits)}>{t("Save")}</Button>}
    </form>
  );
}

function State({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const reasons: Record<NonNullable<Settings["offReason"]>, string> = {
    declined: t("It was switched off: the card was declined. Change the card under Plan and usage, then switch it on again."),
    no_card: t("It was switched off: there is no card any more. Buy credits and keep the card, then switch it on again."),
    refused: t("It was switched off: Stripe refused the charge. Look at the card under Plan and usage, then switch it on again."),
    unreachable: t("It was switched off: Stripe could not be asked for a day. Switch it on again."),
  };
  if (settings.offReason) return <p role="status" className="text-err">{reasons[settings.offReason]}</p>;
  if (settings.charging) return <p role="status" className="text-text2">{t("A charge is on its way.")}</p>;
  if (settings.chargesToday) return <p className="text-text2 tabular-nums">{t("Charges within 24 hours: {{n}} of {{max}}", { n: settings.chargesToday, max: settings.chargesDailyMax })}</p>;
  return null;
}
