// Paying for the workspace's plan, where the server takes payments.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { WorkspaceUsage } from "~/api/types";
import { Button } from "~/ui/button";
import { Loading } from "~/ui/page";
import { say } from "~/ui/toast";
import { priceOf } from "./amounts";

export function Billing({ id, usage }: { id: string; usage: WorkspaceUsage }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const params = { path: { id } };
  const found = useQuery({ queryKey: ["billing", id], queryFn: () => body(api.GET("/api/workspaces/{id}/billing", { params })) });
  const go = useMutation({
    mutationFn: (plan: string | undefined) =>
      plan ? body(api.POST("/api/workspaces/{id}/billing/checkout", { params, body: { plan } })) : body(api.POST("/api/workspaces/{id}/billing/portal", { params })),
    onSuccess: (page) => window.location.assign(page.url),
    onError: (error) => say(messageOf(error), "error"),
  });
  if (found.isError) return <p role="alert" className="text-err">{messageOf(found.error)}</p>;
  if (!found.data) return <Loading rows={1} label={t("Reading the plan")} />;
  if (!found.data.isSetUp) return <p className="text-text2">{t("Whoever looks after this server gives the workspace another plan.")}</p>;
  if (!may("workspace.write")) return null;
  const price = (amount: number, currency: string, interval: string) => {
    const text = priceOf(amount, currency, i18n.language);
    return interval === "year" ? t("{{price}} a year", { price: text }) : t("{{price}} a month", { price: text });
  };
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t("Payments")}</h3>
      <p className="text-text2">{t("You pay on a page of Stripe. The plan counts as soon as Stripe says so.")}</p>
      <div className="flex flex-wrap gap-2">
        {!found.data.isSubscribed && found.data.prices.map((it) => (
          <Button key={it.plan} disabled={go.isPending} onClick={() => go.mutate(it.plan)}>
            {t("Choose {{plan}}, {{price}}", { plan: usage.plans.find((plan) => plan.name === it.plan)?.title ?? it.plan, price: price(it.amount, it.currency, it.interval) })}
          </Button>
        ))}
        {found.data.hasPortal && <Button look="quiet" disabled={go.isPending} onClick={() => go.mutate(undefined)}>{t("Cards, invoices and cancelling")}</Button>}
      </div>
    </section>
  );
}
