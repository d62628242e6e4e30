// The editor's page: reads the workflow, then hands over to the desk.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { sharingQuery } from "~/features/sharing";
import { Loading, Page, Trouble } from "~/ui/page";
import { Desk } from "./desk";

export function Editor() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const stored = useQuery({
    queryKey: ["workflow", id],
    queryFn: () => body(api.GET("/api/workflows/{id}", { params: { path: { id } } })),
    // The desk holds the draft from then on; reading it again would throw away what was just typed.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  // What one may is known before the first stroke.
  const sharing = useQuery(sharingQuery("workflow", id));
  if (stored.isPending || (stored.isSuccess && sharing.isPending)) return <Page title={t("Workflow")}><Loading label={t("Reading the workflow")} /></Page>;
  if (stored.isError) return <Page title={t("Workflow")}><Trouble title={t("This workflow could not be read.")} message={messageOf(stored.error)} again={() => void stored.refetch()} againLabel={t("Try again")} /></Page>;
  return <Desk key={id} stored={stored.data} />;
}
