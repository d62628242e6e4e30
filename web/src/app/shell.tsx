// The frame around every page: rail or bottom bar, workspace, palette, keys, and word of trouble with the line.
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Activity, ChevronsUpDown, CircleHelp, House, Search, Settings, Webhook, Workflow, type LucideIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { line } from "~/api/line";
import { useMe } from "~/api/me";
import { session } from "~/api/session";
import { useFollowedLook, useLook } from "~/features/look";
import { useParts } from "~/features/settings/parts";
import { useCommands, useKeys, type Command } from "~/lib/commands";
import { LANGUAGES, type Language } from "~/lib/i18n";
import { shelf } from "~/lib/shelf";
import { isDark, useTheme, type Theme } from "~/lib/theme";
import { IconButton } from "~/ui/button";
import { Mark } from "~/ui/mark";
import { Menu, type Entry } from "~/ui/menu";
import { say } from "~/ui/toast";
import { ClosedForOthers } from "./closed";
import { useNeededFactor } from "./needing";
import { KeySheet, Keys, Palette } from "./palette";

const FactorNeeded = lazy(async () => ({ default: (await import("./factor")).FactorNeeded }));

type Target = "/" | "/workflows" | "/executions" | "/webhooks" | "/settings";

function usePlaces(): { to: Target; label: string; icon: LucideIcon; keys: string }[] {
  const { t } = useTranslation();
  return [
    { to: "/", label: t("Home"), icon: House, keys: "G H" },
    { to: "/workflows", label: t("Workflows"), icon: Workflow, keys: "G W" },
    { to: "/executions", label: t("Executions"), icon: Activity, keys: "G E" },
    { to: "/webhooks", label: t("Webhooks"), icon: Webhook, keys: "G B" },
    { to: "/settings", label: t("Settings"), icon: Settings, keys: "G S" },
  ];
}

export function Shell() {
  const { t } = useTranslation();
  const [isPaletteOpen, setPalette] = useState(false);
  const [isSheetOpen, setSheet] = useState(false);
  const path = useRouterState({ select: (it) => it.location.pathname });
  const [isFolded, setFolded] = useState(() => localStorage.getItem("rail") === "folded");
  const inEditor = /^\/workflows\/[^/]+/.test(path);
  const folded = isFolded || inEditor;
  const fold = () => {
    localStorage.setItem("rail", isFolded ? "open" : "folded");
    setFolded(!isFolded);
  };
  useKeys();
  useShellCommands({ onPalette: () => setPalette(true), onSheet: () => setSheet(true), onFold: fold });
  useEndOfSession();
  useFollowedLook();
  const { isNeeded, done } = useNeededFactor();
  const change = useSwitchWorkspace();
  if (isNeeded) {
    const go = (id: string) => void change(id).catch((error: unknown) => say(messageOf(error), "error"));
    return <Suspense><FactorNeeded onDone={done} onSwitch={go} onSignOut={() => void signOut()} /></Suspense>;
  }
  return (
    <div className="flex h-full flex-col sm:flex-row">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2">{t("Skip to the page")}</a>
      <Rail folded={folded} onPalette={() => setPalette(true)} onSheet={() => setSheet(true)} />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Offline />
        <ClosedForOthers />
        {path.startsWith("/settings") && <div className="flex border-b bg-bg px-2 pt-1 sm:hidden"><Workspaces folded={false} /></div>}
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 bg-surface outline-none"><Outlet /></main>
      </div>
      <BottomBar />
      <Palette open={isPaletteOpen} onClose={() => setPalette(false)} />
      <KeySheet open={isSheetOpen} onClose={() => setSheet(false)} />
    </div>
  );
}

function Rail({ folded, onPalette, onSheet }: { folded: boolean; onPalette: () => void; onSheet: () => void }) {
  const { t } = useTranslation();
  const places = usePlaces();
  return (
    <nav aria-label={t("Main")} className={clsx("hidden shrink-0 flex-col gap-1 border-r bg-bg p-2 sm:flex", folded ? "w-13 items-center" : "w-52")}>
      <Workspaces folded={folded} />
      {folded ? (
        <IconButton label={t("Search or run")} onClick={onPalette}><Search size={16} strokeWidth={1.75} /></IconButton>
      ) : (
        <button type="button" onClick={onPalette} className="mb-2 flex h-8 items-center gap-2 rounded-control border border-control bg-surface px-2.5 text-text2 hover:bg-hover">
          <Search size={16} strokeWidth={1.75} aria-hidden />
          <span className="flex-1 text-left">{t("Search or run")}</span>
          <Keys text="Ctrl K" />
        </button>
      )}
      {places.slice(0, 4).map((it) => <Place key={it.to} {...it} folded={folded} />)}
      <div className="flex-1" />
      {places.slice(4).map((it) => <Place key={it.to} {...it} folded={folded} />)}
      <div className={clsx("flex items-center gap-1", folded && "flex-col-reverse")}>
        <Person folded={folded} />
        <IconButton label={t("Keys")} onClick={onSheet}><CircleHelp size={16} strokeWidth={1.75} /></IconButton>
      </div>
    </nav>
  );
}

const PLACE = "flex h-8 items-center gap-2.5 rounded-control px-2 hover:bg-hover";
const HERE = { className: "bg-accent-soft text-accent-text font-medium" };

function Place({ to, label, icon: Icon, folded }: { to: Target; label: string; icon: LucideIcon; folded: boolean }) {
  return (
    <Link to={to} activeOptions={{ exact: to === "/" }} activeProps={HERE} title={folded ? label : undefined} aria-label={label} className={clsx(PLACE, folded && "size-9 justify-center")}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      {!folded && label}
    </Link>
  );
}

function BottomBar() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("Main")} className="flex shrink-0 border-t bg-bg pb-[env(safe-area-inset-bottom)] sm:hidden">
      {usePlaces().map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === "/" }} activeProps={{ className: "text-accent-text! font-medium" }} className="flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-micro text-text2">
          <Icon size={20} strokeWidth={1.6} aria-hidden />
          <span className="max-w-full truncate px-0.5">{label}</span>
        </Link>
      ))}
    </nav>
  );
}

export function useSwitchWorkspace() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (id: string) => {
    const access = await body(api.POST("/api/workspaces/{id}/switch", { params: { path: { id } } }));
    session.renew(access.accessToken, access.expiresIn);
    client.clear();
    await navigate({ to: "/" });
  };
}

function Workspaces({ folded }: { folded: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const change = useSwitchWorkspace();
  const name = me?.workspace?.name ?? "";
  const entries: Entry[] = (me?.workspaces ?? []).map((it) => ({
    label: it.name,
    checked: it.id === me?.workspace?.id,
    onSelect: () => void change(it.id).catch((error: unknown) => say(messageOf(error), "error")),
  }));
  return (
    <Menu
      align="start"
      entries={entries}
      trigger={
        <button type="button" aria-label={t("Workspace: {{name}}", { name })} className={clsx("mb-1 flex h-9 items-center gap-2 rounded-control px-2 font-semibold hover:bg-hover", folded && "w-9 justify-center px-0")}>
          <Mark />
          {!folded && <span className="min-w-0 flex-1 truncate text-left">{name}</span>}
          {!folded && <ChevronsUpDown size={14} aria-hidden className="text-text3" />}
        </button>
      }
    />
  );
}

function Person({ folded }: { folded: boolean }) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const name = me?.user.name || me?.user.email || "";
  const initials = name.split(/\s+/).map((it) => it[0]).slice(0, 2).join("").toUpperCase();
  const theme = useTheme();
  const look = useLook();
  const themes: [Theme, string][] = [["light", t("Light")], ["dark", t("Dark")], ["system", t("As the system")]];
  const entries: (Entry | "line")[] = [
    { label: t("Profile and settings"), onSelect: () => void navigate({ to: "/settings" }) },
    "line",
    ...themes.map(([it, label]) => ({ label, checked: theme === it, onSelect: () => look.setTheme(it) })),
    "line",
    ...Object.entries(LANGUAGES).map(([code, label]) => ({
      label,
      checked: i18n.language === code,
      onSelect: () => look.setLanguage(code as Language),
    })),
    "line",
    { label: t("Sign out"), onSelect: () => void signOut() },
  ];
  return (
    <Menu
      align="start"
      entries={entries}
      trigger={
        <button type="button" aria-label={t("You: {{name}}", { name })} className={clsx("flex h-9 min-w-0 items-center gap-2 rounded-control px-1 hover:bg-hover", !folded && "flex-1")}>
          <span aria-hidden className="flex size-7 shrink-0 items-center justify-center rounded-full bg-text text-micro font-semibold text-surface">{initials}</span>
          {!folded && <span className="truncate">{name}</span>}
        </button>
      }
    />
  );
}

/** Ends the session on the server too; here it ends in any case. */
async function signOut() {
  await api.POST("/api/auth/logout").catch(() => undefined);
  session.end();
}

function useEndOfSession() {
  const client = useQueryClient();
  const router = useRouter();
  useEffect(
    () =>
      session.onEnd((isRefused) => {
        client.clear();
        void shelf.clear();
        const { href } = router.state.location;
        // Who is sent out is to go on here; who leaves begins anew.
        void router.navigate({ to: "/sign-in", search: isRefused && href !== "/" ? { to: href } : {} });
      }),
    [client, router],
  );
}

function useShellCommands({ onPalette, onSheet, onFold }: { onPalette: () => void; onSheet: () => void; onFold: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const places = usePlaces();
  const parts = useParts();
  const look = useLook();
  const commands = useMemo(
    (): Command[] => [
      { id: "palette", title: t("Open the palette"), group: t("Anywhere"), keys: "Ctrl K", run: onPalette },
      { id: "keys", title: t("Show the keys"), group: t("Anywhere"), keys: "?", run: onSheet },
      { id: "rail", title: t("Fold the rail"), group: t("Anywhere"), keys: "Ctrl \\", run: onFold },
      { id: "theme", title: t("Change between light and dark"), group: t("Anywhere"), keys: "Ctrl .", run: () => look.setTheme(isDark() ? "light" : "dark") },
      ...places.map((it) => ({
        id: `go ${it.to}`,
        title: t("Go to {{place}}", { place: it.label }),
        group: t("Go"),
        keys: it.keys,
        run: () => void navigate({ to: it.to }),
      })),
      ...parts.map((it) => ({
        id: `settings ${it.id}`,
        title: t("Settings: {{part}}", { part: it.label }),
        group: t("Go"),
        run: () => void navigate({ to: "/settings/$part", params: { part: it.id } }),
      })),
    ],
    // The places and callbacks are the same in all but identity; the language is what changes them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [t, navigate, parts.length],
  );
  useCommands(commands);
}

const onLine = (listener: () => void) => {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
};

function Offline() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isOn = useSyncExternalStore(onLine, () => navigator.onLine);
  const isAway = useSyncExternalStore(line.listen, line.isAway);
  useEffect(() => {
    // What could not be read while it was away is read now.
    if (!isAway) void client.invalidateQueries({ predicate: (it) => it.state.status === "error" });
  }, [isAway, client]);
  if (isOn && !isAway) return null;
  return <p role="status" className="bg-text px-4 py-1.5 text-center text-surface">{isOn ? t("The server does not answer. Your edits are kept here, and runs go on by themselves once it is back.") : t("Offline. Your edits are kept here and saved when you are back.")}</p>;
}
