// Who else has the draft open: each tab says so every few seconds, and hears how far the draft is.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { useMe } from "~/api/me";
import type { DraftEditor } from "~/api/types";
import { newId } from "~/lib/ids";
import { initials } from "~/lib/names";
import type { useSaving } from "./saving";

const SAY_EVERY_MS = 5000;
/** More are counted, not drawn. */
const SHOWN_MAX = 4;

/** `node` is the one whose form is open here; `onLive` hears which version is published. */
export function useOthers(id: string, node: string | undefined, saving: ReturnType<typeof useSaving>, onLive: (version: string | null) => void): DraftEditor[] {
  const [tab] = useState(newId);
  const { look, saved } = saving;
  const open = useQuery({
    queryKey: ["editors", id, tab],
    queryFn: () => body(api.POST("/api/workflows/{id}/editors", { params: { path: { id } }, body: { tab, node, saved: saved() } })),
    refetchInterval: SAY_EVERY_MS,
    refetchOnWindowFocus: "always",
    retry: false,
    gcTime: 0,
  });
  const { refetch } = open;
  useEffect(() => void refetch(), [node, refetch]);
  const revision = open.data?.revision;
  useEffect(() => {
    if (revision !== undefined) void look(revision);
  }, [revision, open.dataUpdatedAt, look]);
  const live = open.data && (open.data.publishedVersion ?? null);
  useEffect(() => {
    if (live !== undefined) onLive(live);
  }, [live, open.dataUpdatedAt, onLive]);
  useEffect(() => {
    const leave = () => void api.DELETE("/api/workflows/{id}/editors/{tab}", { params: { path: { id, tab } }, keepalive: true }).catch(() => undefined);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [id, tab]);
  return open.data?.editors ?? [];
}

/** The others as round marks, each with where the person is. */
export function Others({ others }: { others: DraftEditor[] }) {
  const { t } = useTranslation();
  const me = useMe();
  if (!others.length) return null;
  const words = (it: DraftEditor) => {
    const who = it.userId === me?.user.id ? t("You, in another tab") : it.name || t("Somebody");
    return it.node ? t("{{who}}: at {{node}}", { who, node: it.node }) : who;
  };
  return (
    <ul aria-label={t("Also in this draft")} className="flex items-center -space-x-1.5">
      {others.slice(0, SHOWN_MAX).map((it) => (
        <li key={it.tab} title={words(it)} className="grid size-7 place-items-center rounded-full border-2 border-surface bg-accent-soft text-[0.7rem] font-semibold text-accent-text">
          <span aria-hidden>{initials(it.name)}</span>
          <span className="sr-only">{words(it)}</span>
        </li>
      ))}
      {others.length > SHOWN_MAX && <li className="pl-3 text-text2 tabular-nums">+{others.length - SHOWN_MAX}</li>}
    </ul>
  );
}
