// Accounts elsewhere that one may sign in with: a link for each, below the form.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { keepAim } from "./aim";

const WAY = "inline-flex h-8 items-center justify-center rounded-control border border-control bg-surface px-3 font-medium text-text hover:bg-hover pointer-coarse:min-h-11";

const useList = () => useQuery({ queryKey: ["providers"], queryFn: () => body(api.GET("/api/auth/providers")), staleTime: 60_000 });

/** Nobody has an account on this server yet. */
export const useIsFirst = () => useList().data?.firstAccount ?? false;

export function Providers() {
  const { t } = useTranslation();
  const list = useList();
  const keep = () => keepAim(window.location);
  return (
    <nav aria-label={t("Other ways in")} className="flex flex-col gap-2 border-t pt-5">
      {list.data?.providers.map((it) => (
        <a key={it.id} href={it.url} onClick={keep} className={WAY}>{t("Continue with {{name}}", { name: it.label })}</a>
      ))}
      <Link to="/sign-in/sso" onClick={keep} className={WAY}>{t("Single sign-on")}</Link>
    </nav>
  );
}
