// Which version runs: one that was just made or was there before, or none. What ran until then is one step back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, Failure, messageOf } from "~/api/client";
import type { Schemas, StoredWorkflow } from "~/api/types";
import { ask } from "~/ui/question";
import { say } from "~/ui/toast";

type Made = Schemas["PublishedVersion"];

/** As far as publishing knows a workflow. */
interface Known {
  id: string;
  name: string;
  active: boolean;
  publishedVersion?: string | null;
}

export function useLive({ id, name, active, publishedVersion }: Known) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const path = { id };
  const shown = active ? (publishedVersion ?? null) : null;

  const show = async (version: string | null) => {
    client.setQueryData<StoredWorkflow>(["workflow", id], (it) => it && { ...it, active: version !== null, publishedVersion: version });
    await client.invalidateQueries({ queryKey: ["versions", id] });
    await client.invalidateQueries({ queryKey: ["workflows"] });
  };
  const publish = (version: string, over?: string) => body(api.POST("/api/workflows/{id}/versions/{version}/publish", { params: { path: { ...path, version }, query: { over } } }));
  // The server refuses it where somebody else has decided otherwise since.
  const unpublish = (over: string | null) => api.POST("/api/workflows/{id}/unpublish", { params: { path, query: { over: over ?? "none" } } });
  const onError = (error: unknown) => {
    const isOvertaken = error instanceof Failure && error.code === "revision_conflict";
    say(isOvertaken ? t("Somebody else has changed meanwhile what is published: see the versions.") : messageOf(error), "error");
    if (!isOvertaken) return;
    // What runs is read anew, and the draft is not: somebody may be typing in it.
    const read = body(api.GET("/api/workflows/{id}", { params: { path } }));
    void read.then((it) => show(it.active ? (it.publishedVersion ?? null) : null)).catch(() => undefined);
  };

  /** Puts back what ran before, in the place of what runs now and of nothing else. */
  const back = async (before: string | null, now: string | null) => {
    if (before) say(t("Version {{number}} runs again.", { number: (await publish(before, now ?? "none")).number }));
    else {
      await unpublish(now);
      say(t("Nothing starts it by itself any more."));
    }
    await show(before);
  };
  const tell = (text: string, before: string | null, now: string | null) => {
    void show(now);
    say(text, "note", before === now ? undefined : { label: t("Undo"), run: () => void back(before, now).catch(onError) });
  };
  const wentLive = ({ number, versionId, before }: Made) => tell(t("Version {{number}} is published.", { number }), before ?? null, versionId);

  const draft = useMutation({ mutationFn: () => body(api.POST("/api/workflows/{id}/publish", { params: { path }, body: {} })), onSuccess: wentLive, onError });
  const again = useMutation({ mutationFn: (version: string) => publish(version), onSuccess: wentLive, onError });
  const stop = useMutation({
    mutationFn: async () => {
      if (!(await ask(t("Unpublish “{{name}}”? Nothing starts it by itself until it is published again. Runs that have begun go on.", { name }), t("Unpublish")))) return;
      await unpublish(shown);
      tell(t("Nothing starts it by itself any more."), shown, null);
    },
    onError,
  });
  return { wentLive, draft, again, stop };
}
