// The keys that seal secrets on this server, and a new one for those who look after it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { CELL, Loading, ROW, Table, Trouble } from "~/ui/page";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

const KEY = ["data-keys"];

export function DataKeys() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const list = useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/platform/data-keys", { params: { query: { pageSize: 100 } } })) });
  const rotate = useMutation({
    mutationFn: () => body(api.POST("/api/platform/data-keys/rotate")),
    onSuccess: ({ number, nSecrets }) => say(t("Key {{number}} seals now; {{count}} secrets were sealed anew.", { number, count: nSecrets })),
    onError: (error) => say(messageOf(error), "error"),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const sure = async () => {
    if (await ask(t("Seal every secret anew with a new key? Nothing stops meanwhile."), t("Make a new key"))) rotate.mutate();
  };
  return (
    <section className="flex flex-col gap-3">
      <div><h3 className="font-semibold">{t("Data keys")}</h3><p className="text-text2">{t("They seal credentials and other secrets in the database; the server's own key seals them.")}</p></div>
      {list.isPending && <Loading rows={2} label={t("Reading the keys")} />}
      {list.isError && <Trouble title={t("The keys could not be read.")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data && (
        <Table label={t("Data keys")} head={[t("Number"), t("Seals since"), t("Secrets")]}>
          {list.data.items.map((it) => (
            <tr key={it.number} className={ROW}>
              <td className={`${CELL} tabular-nums`}>{it.number}</td>
              <td className={`${CELL} text-text2 tabular-nums`} title={it.activeAt ? times.exact(it.activeAt) : undefined}>{it.activeAt ? times.short(it.activeAt) : t("not yet")}</td>
              <td className={`${CELL} tabular-nums`}>{times.number(it.nSecrets)}</td>
            </tr>
          ))}
        </Table>
      )}
      <Button className="self-start" disabled={rotate.isPending} onClick={() => void sure()}>{rotate.isPending ? t("Sealing anew") : t("New key…")}</Button>
    </section>
  );
}
