// Domains that workspaces list for single sign-on: who looks after the server says whose they are.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { Button } from "~/ui/button";
import { CELL, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

const KEY = ["sso-domains"];

export function Domains() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const list = useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/sso/domains", { params: { query: { pageSize: 500 } } })) });
  const change = useMutation({
    mutationFn: (fields: { workspaceId: string; domain: string; confirmed: boolean }) => body(api.PUT("/api/sso/domains", { body: fields })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: KEY });
      await client.invalidateQueries({ queryKey: ["sso"] });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const confirm = async (workspaceId: string, domain: string, name: string) => {
    const text = t("Is {{domain}} the domain of “{{name}}”? Its provider then says who comes with an address of this domain, also where the address has an account already.", { domain, name });
    if (await ask(text, t("Confirm"))) change.mutate({ workspaceId, domain, confirmed: true });
  };
  if (!list.data && list.isError) return <Trouble title={t("The domains could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />;
  if (!list.data?.items.length) return null;
  return (
    <section className="flex flex-col gap-3">
      <h3 className="font-semibold">{t("Domains for single sign-on")}</h3>
      <Table label={t("Domains for single sign-on")} head={[t("Domain"), t("Workspace"), <span key="a" className="sr-only">{t("Actions")}</span>]}>
        {list.data.items.map((it) => (
          <tr key={`${it.workspaceId} ${it.domain}`} className={ROW}>
            <td className={`${CELL} font-medium`}>{it.domain}</td>
            <td className={`${CELL} text-text2`} title={it.workspaceId}>{it.workspaceName}</td>
            <td className={CELL}>
              <span className="flex justify-end">
                {it.confirmedAt ? (
                  <Button small disabled={change.isPending} aria-label={t("Take back {{name}}", { name: it.domain })} onClick={() => change.mutate({ workspaceId: it.workspaceId, domain: it.domain, confirmed: false })}>{t("Take back")}</Button>
                ) : (
                  <Button small disabled={change.isPending} aria-label={t("Confirm {{name}}", { name: it.domain })} onClick={() => void confirm(it.workspaceId, it.domain, it.workspaceName)}>{t("Confirm")}</Button>
                )}
              </span>
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
