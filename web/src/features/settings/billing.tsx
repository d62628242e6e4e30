// Paying for the workspace's plan, where the server takes payments.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay } from "~/api/me";
import type { WorkspaceUsage } from "~/api/types";
import { useWords } from "~/api/words";
import { Button } from "~/ui/button";
import { Loading } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { priceOf } from "./amounts";

export function Billing({ id, usage }: { id: string; usage: WorkspaceUsage }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const titleOf = useWords();
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
            {t("Choose {{plan}}, {{price}}", { plan: titleOf(usage.plans.find((plan) => plan.name === it.plan)?.title ?? it.plan), price: price(it.amount, it.currency, it.interval) })}
          </Button>
        ))}
        {found.data.isSubscribed && <Changing id={id} usage={usage} priceOf={price} />}
        {found.data.hasPortal && <Button look="quiet" disabled={go.isPending} onClick={() => go.mutate(undefined)}>{t("Cards, invoices and cancelling")}</Button>}
      </div>
    </section>
  );
}

/** Another plan for a subscription that goes on: what it comes to is said before. */
function Changing({ id, usage, priceOf: per }: { id: string; usage: WorkspaceUsage; priceOf: (amount: number, currency: string, interval: string) => string }) {
  const { t, i18n } = useTranslation();
  const titleOf = useWords();
  const priced = useQuery({ queryKey: ["priced plans"], queryFn: () => body(api.GET("/api/stripe/plans")) });
  const change = useMutation({
    mutationFn: async ({ priceId, name }: { priceId: string; name: string }) => {
      const bill = await body(api.GET("/api/stripe/billing/plan-preview/{workspaceId}/{priceId}", { params: { path: { workspaceId: id, priceId } } }));
      const amount = priceOf(Math.abs(bill.amountDue), bill.currency, i18n.language);
      const text = bill.amountDue < 0 ? t("Change to the plan {{plan}}? {{amount}} are put to your credit.", { plan: titleOf(name), amount }) : t("Change to the plan {{plan}}? The next bill is {{amount}}.", { plan: titleOf(name), amount });
      if (!(await ask(text, t("Change the plan")))) return;
      await body(api.POST("/api/stripe/billing/change-plan", { body: { workspaceId: id, priceId } }));
      say(t("The plan changes as soon as Stripe says so."));
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  if (priced.isError) return <p role="alert" className="text-err">{messageOf(priced.error)}</p>;
  return priced.data?.map(({ id: plan, name, priceId, amount, currency, interval }) =>
    priceId && amount != null && currency && interval && plan !== usage.chosenPlan ? (
      <Button key={plan} disabled={change.isPending} onClick={() => change.mutate({ priceId, name })}>{t("Change to {{plan}}, {{price}}…", { plan: titleOf(name), price: per(amount, currency, interval) })}</Button>
    ) : null,
  );
}
