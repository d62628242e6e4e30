// Single sign-on: where the people of the workspace sign in elsewhere, what the provider needs to know, and how it goes.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMay, useMe } from "~/api/me";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { useCopy } from "~/ui/copy";
import { Loading, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";
import { SsoForm } from "./sso-form";

export function Sso() {
  const { t } = useTranslation();
  const me = useMe();
  const id = me?.workspace?.id ?? "";
  const found = useQuery({ queryKey: ["sso", id], queryFn: () => body(api.GET("/api/workspaces/{id}/sso", { params: { path: { id } } })), enabled: id !== "" });
  return (
    <div className="flex flex-col gap-8">
      <div><h2 className="font-semibold">{t("Single sign-on")}</h2><p className="text-text2">{t("People of this workspace sign in at your identity provider, by SAML 2.0.")}</p></div>
      {found.isPending && <Loading rows={5} label={t("Reading the settings of single sign-on")} />}
      {found.isError && <Trouble title={t("The settings of single sign-on could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />}
      {found.data && <Ours sso={found.data} />}
      {found.data?.provider && <Theirs provider={found.data.provider} />}
      {found.data && <SsoForm key={`${id} ${found.data.provider?.entityId ?? ""}`} id={id} provider={found.data.provider ?? undefined} />}
      {found.data?.provider && <Ending id={id} />}
    </div>
  );
}

/** What is copied into the provider's pages. */
function Ours({ sso }: { sso: Schemas["Sso"] }) {
  const { t } = useTranslation();
  const rows = [
    [t("Entity id, and address of our metadata"), sso.entityId],
    [t("Where answers go (ACS)"), sso.acsUrl],
    [t("Where people begin"), sso.startUrl],
  ] as const;
  const copy = useCopy();
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t("For your provider")}</h3>
      <dl className="flex flex-col gap-3">
        {rows.map(([label, text]) => (
          <div key={label}>
            <dt className="font-medium">{label}</dt>
            <dd className="flex items-start gap-2">
              <code className="min-w-0 flex-1 rounded-control bg-hover px-2.5 py-1.5 text-small break-all select-all">{text}</code>
              <Button small aria-label={t("Copy: {{name}}", { name: label })} onClick={() => copy(text)}>{t("Copy")}</Button>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What is known of the provider. */
function Theirs({ provider }: { provider: Schemas["SsoProvider"] }) {
  const { t } = useTranslation();
  const times = useTimes();
  const [opened] = useState(() => Date.now());
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t("Your provider")}</h3>
      {provider.refusal && (
        <p role="status" className="rounded-control bg-err-soft px-3 py-2 text-err">
          {t("The provider's last answer that did not count, {{when}}:", { when: times.exact(provider.refusal.at) })} <span lang="en">{provider.refusal.why}</span>
        </p>
      )}
      <p className="break-all">{provider.entityId}</p>
      <ul className="flex flex-col gap-2">
        {provider.certificates.map((it) => {
          const isOver = Date.parse(it.expiresAt) < opened;
          return (
            <li key={it.fingerprint} className="text-small text-text2">
              <span className="block">{it.subject} · <span className={isOver ? "text-err" : undefined}>{t("until {{date}}", { date: times.exact(it.expiresAt) })}</span></span>
              <code className="block break-all text-text3">SHA-256 {it.fingerprint}</code>
            </li>
          );
        })}
      </ul>
      {provider.domains.length > 0 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1">
          {provider.domains.map((it) => (
            <li key={it.domain}>{it.domain} <span className={it.confirmed ? "text-ok" : "text-text3"}>{it.confirmed ? t("confirmed") : t("not confirmed yet")}</span></li>
          ))}
        </ul>
      )}
      {provider.domains.some((it) => !it.confirmed) && <p className="text-small text-text3">{t("Who looks after the server confirms domains, under Platform. Until then their addresses do not find this provider, and accounts that are there are linked by their owners.")}</p>}
    </section>
  );
}

function Ending({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayWrite = useMay()("sso.write");
  const end = useMutation({
    mutationFn: () => api.DELETE("/api/workspaces/{id}/sso", { params: { path: { id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sso"] }),
    onError: (error) => say(messageOf(error), "error"),
  });
  const sure = async () => {
    if (await ask(t("End single sign-on? Who has no password then asks for one by mail."), t("End single sign-on"))) end.mutate();
  };
  if (!mayWrite) return null;
  return <Button look="danger" className="self-start" disabled={end.isPending} onClick={() => void sure()}>{t("End single sign-on")}</Button>;
}
