// Whether members of the workspace need a second factor.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { Button } from "~/ui/button";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";

export function Demand({ id, isFixed }: { id: string; isFixed: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = { params: { path: { id } } };
  const key = ["second-factor", id];
  const found = useQuery({ queryKey: key, queryFn: () => body(api.GET("/api/workspaces/{id}/second-factor", path)), enabled: id !== "" });
  const set = useMutation({
    mutationFn: (required: boolean) => body(api.PUT("/api/workspaces/{id}/second-factor", { ...path, body: { required } })),
    onSuccess: (answer) => {
      client.setQueryData(key, answer);
      say(t("Saved"));
    },
  });
  if (!found.data && found.isError) return <Trouble title={t("Whether a second factor is demanded could not be read.")} message={messageOf(found.error)} again={() => void found.refetch()} againLabel={t("Try again")} />;
  if (!found.data) return <Loading rows={1} label={t("Reading the workspace")} />;
  const { required } = found.data;
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Second factor of members")}</h2>
      <p className="text-text2">
        {required
          ? t("Members without a second factor or a passkey do nothing here but set one up. API keys are not asked for it.")
          : t("Members come in with a password alone. You can demand a second factor or a passkey of them.")}
      </p>
      {set.error && <p role="alert" className="text-err">{messageOf(set.error)}</p>}
      {!isFixed && <Button className="self-start" disabled={set.isPending} onClick={() => set.mutate(!required)}>{required ? t("Demand it no more") : t("Demand a second factor")}</Button>}
    </section>
  );
}
