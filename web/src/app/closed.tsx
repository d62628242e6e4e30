// What stands there while the server is closed for a while; it looks by itself whether that is over.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useLayoutEffect } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { closed } from "~/api/closed";
import { useMe } from "~/api/me";
import { session } from "~/api/session";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { Mark } from "~/ui/mark";
import { useTitle } from "~/ui/page";

const LOOK_AGAIN_MS = 10_000;
/** Whoever closed it has not much to find out. */
const LOOK_NOW_AND_THEN_MS = 60_000;

export const maintenanceQuery = { queryKey: ["maintenance"], queryFn: () => body(api.GET("/api/platform/maintenance")), refetchInterval: LOOK_AGAIN_MS };

export function Closed() {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const navigate = useNavigate();
  useTitle(t("Closed for maintenance"));
  const found = useQuery({ ...maintenanceQuery, staleTime: 0 });
  const isOver = found.data?.on === false && !found.isFetching;
  useEffect(() => {
    if (!isOver) return;
    closed.set(false);
    void client.invalidateQueries();
  }, [isOver, client]);
  useLayoutEffect(() => {
    // The page beneath is out of sight, with the dialogs over it, and takes no keys.
    const root = document.documentElement;
    const keep = (event: KeyboardEvent) => event.stopImmediatePropagation();
    root.dataset.closed = "";
    window.addEventListener("keydown", keep, { capture: true });
    return () => {
      delete root.dataset.closed;
      window.removeEventListener("keydown", keep, { capture: true });
    };
  }, []);
  const enter = () => {
    session.end();
    closed.set(false);
    client.clear();
    void navigate({ to: "/sign-in", search: {} });
  };
  return createPortal(
    <main data-cover className="pointer-events-auto flex min-h-full flex-col items-center px-4 py-[12vh]">
      <div className="flex w-full max-w-sm flex-col gap-4">
        <div className="flex items-center gap-2 text-title font-semibold"><Mark size={28} /> Tailorbird</div>
        <h1 className="text-display font-semibold">{t("Closed for maintenance")}</h1>
        <p role="status" className="text-read break-words">{found.data?.message}</p>
        {found.data?.until && <p className="text-text2">{t("Until {{date}}.", { date: times.exact(found.data.until) })}</p>}
        <p className="text-text2">{t("Workflows run on, and webhooks are accepted. This page goes on by itself when it is over.")}</p>
        <Button className="self-start" onClick={enter}>{t("Sign in as who looks after the server")}</Button>
      </div>
    </main>,
    document.body,
  );
}

/** Whoever looks after the server goes on while it is closed, and is not to forget it. */
export function ClosedForOthers() {
  const { t } = useTranslation();
  const isWho = useMe()?.user.platformAdmin ?? false;
  const found = useQuery({ ...maintenanceQuery, enabled: isWho, refetchInterval: LOOK_NOW_AND_THEN_MS });
  if (!isWho || !found.data?.on) return null;
  return (
    <p role="status" className="bg-text px-4 py-1.5 text-center text-surface">
      {t("The server is closed for everybody but you.")}{" "}
      <Link to="/settings/$part" params={{ part: "platform" }} className="font-medium underline">{t("Go to {{place}}", { place: t("Platform") })}</Link>
    </p>
  );
}
