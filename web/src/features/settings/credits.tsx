// The workspace's credits: what is left, more of them by hand or by themselves, and every deed that changed them.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Check, TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { CREDITS_MAX, priceOf } from "./amounts";
import { Ledger } from "./credits-ledger";
import { SmartRecharge } from "./smart-recharge";

/** Bought at once where nobody says otherwise. */
const USUAL = 1_000;

export function Credits() {
  const { t } = useTranslation();
  const id = useMe()?.workspace?.id ?? "";
  const may = useMay();
  const left = useQuery({ queryKey: ["credits", id], queryFn: () => body(api.GET("/api/credits/remaining/{workspaceId}", { params: { path: { workspaceId: id } } })), enabled: id !== "" });
  const billing = useQuery({ queryKey: ["billing", id], queryFn: () => body(api.GET("/api/workspaces/{id}/billing", { params: { path: { id } } })), enabled: id !== "" });
  if (left.isError) return <Trouble title={t("The credits could not be read.")} message={messageOf(left.error)} again={() => void left.refetch()} againLabel={t("Try again")} />;
  if (!left.data) return <Loading rows={4} label={t("Reading the credits")} />;
  const price = billing.data?.isSetUp ? billing.data.creditPrice : undefined;
  return (
    <div className="flex flex-col gap-8">
      <Balance credits={left.data} />
      {billing.isError && <Trouble title={t("The prices could not be read.")} message={messageOf(billing.error)} again={() => void billing.refetch()} againLabel={t("Try again")} />}
      {billing.data && !price && left.data.credits != null && <p className="text-text2">{t("Credits are not for sale here. Whoever looks after this server can give the workspace some.")}</p>}
      {price && may("workspace.write") && <Buy id={id} price={price} />}
      {price && <SmartRecharge key={id} id={id} price={price} />}
      <Ledger key={`${id} ledger`} id={id} />
    </div>
  );
}

function Balance({ credits }: { credits: Schemas["Credits"] }) {
  const { t } = useTranslation();
  const times = useTimes();
  const parts = [
    t("{{credits}} of the plan, until the month ends", { credits: times.number(credits.planCredits) }),
    t("{{credits}} bought or given, which stay", { credits: times.number(credits.extraCredits) }),
    t("{{credits}} put aside for what runs", { credits: times.number(credits.reserved) }),
  ];
  const isUnlimited = credits.credits == null;
  return (
    <section className="flex flex-col gap-1">
      <h2 className="font-semibold">{t("Credits")}</h2>
      <p className="text-title font-semibold tabular-nums">{isUnlimited ? t("Without limit") : t("{{credits}} left", { credits: times.number(credits.credits ?? 0) })}</p>
      <p className="text-text2">{t("Credits pay for what models do.")}</p>
      {isUnlimited ? <p className="text-text2">{t("The plan has as many as one likes; what is spent is only counted.")}</p> : <ul className="text-text2 tabular-nums">{parts.map((it) => <li key={it}>{it}</li>)}</ul>}
    </section>
  );
}

function Buy({ id, price }: { id: string; price: Schemas["CreditCost"] }) {
  const { t, i18n } = useTranslation();
  const [text, setText] = useState(String(USUAL));
  const [keepCard, setKeepCard] = useState(false);
  const n = Number(text);
  const isFine = Number.isInteger(n) && n >= 1 && n <= CREDITS_MAX;
  const buy = useMutation({
    mutationFn: () => body(api.POST("/api/workspaces/{id}/billing/credits", { params: { path: { id } }, body: { credits: n, keepCard } })),
    onSuccess: (page) => window.location.assign(page.url),
    onError: (error) => say(messageOf(error), "error"),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isFine) buy.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div><h3 className="font-semibold">{t("Buy credits")}</h3><p className="text-text2">{t("You pay on a page of Stripe. They come as soon as Stripe says so.")}</p></div>
      <TextField label={t("How many")} type="number" min={1} max={CREDITS_MAX} step={1} className="w-40!" value={text} onValue={setText} hint={isFine ? t("Costs {{price}}", { price: priceOf(n * price.amount, price.currency, i18n.language) }) : undefined} fault={isFine ? undefined : t("A whole number from 1 to {{max}}", { max: CREDITS_MAX.toLocaleString(i18n.language) })} />
      <Check label={t("Keep the card at Stripe, for smart recharge")} checked={keepCard} onCheck={setKeepCard} />
      <Button type="submit" className="self-start" disabled={!isFine || buy.isPending}>{t("Buy credits")}</Button>
    </form>
  );
}
