// Which version runs: one that was just made or was there before, or none. What ran until then is one step back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas, StoredWorkflow } from "~/api/types";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

type Made = Schemas["PublishedVersion"];

export function useLive(stored: StoredWorkflow) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = { id: stored.id };
  const before = stored.active ? (stored.publishedVersion ?? null) : null;
  const read = () => body(api.GET("/api/workflows/{id}", { params: { path } }));

  const show = async (version: string | null) => {
    client.setQueryData<StoredWorkflow>(["workflow", stored.id], (it) => it && { ...it, active: version !== null, publishedVersion: version });
    await client.invalidateQueries({ queryKey: ["versions", stored.id] });
    await client.invalidateQueries({ queryKey: ["workflows"] });
  };
  const publish = (version: string) => body(api.POST("/api/workflows/{id}/versions/{version}/publish", { params: { path: { ...path, version } } }));
  const unpublish = () => api.POST("/api/workflows/{id}/unpublish", { params: { path } });

  /** Puts back what ran before, unless somebody else has decided otherwise since. */
  const back = async (now: string | null) => {
    const found = await read();
    if ((found.active ? (found.publishedVersion ?? null) : null) !== now) throw new Error(t("Somebody else has changed meanwhile what is published: see the versions."));
    if (before) say(t("Version {{number}} runs again.", { number: (await publish(before)).number }));
    else {
      await unpublish();
      say(t("Nothing starts it by itself any more."));
    }
    await show(before);
  };
  const tell = (text: string, now: string | null) => {
    void show(now);
    const run = () => void back(now).catch((error: unknown) => say(messageOf(error), "error"));
    say(text, "note", before === now ? undefined : { label: t("Undo"), run });
  };
  const wentLive = ({ number, versionId }: Made) => tell(t("Version {{number}} is published.", { number }), versionId);

  const onError = (error: unknown) => say(messageOf(error), "error");
  const again = useMutation({ mutationFn: publish, onSuccess: wentLive, onError });
  const stop = useMutation({
    mutationFn: async () => {
      if (!(await ask(t("Unpublish “{{name}}”? Nothing starts it by itself until it is published again. Runs that have begun go on.", { name: stored.name }), t("Unpublish")))) return;
      await unpublish();
      tell(t("Nothing starts it by itself any more."), null);
    },
    onError,
  });
  return { wentLive, again, stop };
}
