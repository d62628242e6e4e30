// Accounts elsewhere that one signs in with: seen, linked, and given up.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useMe } from "~/api/me";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Trouble } from "~/ui/page";
import { say } from "~/ui/toast";

const KEY = ["identities"];

export function Identities() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const list = useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/auth/identities", { params: { query: { pageSize: 50 } } })) });
  const providers = useQuery({ queryKey: ["providers"], queryFn: () => body(api.GET("/api/auth/providers")), staleTime: 60_000 });
  const workspace = useMe()?.workspace;
  const id = workspace?.id ?? "";
  const own = useQuery({ queryKey: ["sso-of", id], queryFn: () => body(api.POST("/api/auth/saml/find", { body: { text: id } })), enabled: id !== "", staleTime: 60_000 });
  const onError = (error: unknown) => say(messageOf(error), "error");
  const link = useMutation({
    mutationFn: (provider: string) => body(api.POST("/api/auth/identities", { body: { provider } })),
    onSuccess: ({ url }) => window.location.assign(url),
    onError,
  });
  const unlink = useMutation({
    mutationFn: (id: string) => body(api.DELETE("/api/auth/identities/{id}", { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
    onError,
  });
  if (!list.data && list.isError) return <Trouble title={t("The linked accounts could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />;
  const mine = list.data?.items ?? [];
  const sso = own.data?.provider ? [{ id: own.data.provider, label: t("single sign-on of {{name}}", { name: workspace?.name ?? "" }) }] : [];
  const all = [...(providers.data?.providers ?? []), ...sso];
  if (mine.length === 0 && all.length === 0) return null;
  const labelOf = (id: string | null | undefined, issuer: string) => all.find((it) => it.id === id)?.label ?? issuer;
  const left = all.filter((it) => !mine.some((one) => one.provider === it.id));
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Linked accounts")}</h2>
      <p className="text-text2">{t("Accounts elsewhere that you sign in with.")}</p>
      {mine.length > 0 && (
        <ul>
          {mine.map((it) => (
            <li key={it.id} className="flex min-h-11 items-center gap-3 border-b">
              <span className="min-w-0 flex-1">
                <span className="block">{labelOf(it.provider, it.issuer)}</span>
                <span className="block truncate text-small text-text3" title={times.exact(it.usedAt)}>{it.label} {times.short(it.usedAt)}</span>
              </span>
              <Button small disabled={unlink.isPending} aria-label={t("Give up {{name}}", { name: labelOf(it.provider, it.issuer) })} onClick={() => unlink.mutate(it.id)}>{t("Give up")}</Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        {left.map((it) => (
          <Button key={it.id} disabled={link.isPending} onClick={() => link.mutate(it.id)}>{t("Link {{name}}", { name: it.label })}</Button>
        ))}
      </div>
    </section>
  );
}
