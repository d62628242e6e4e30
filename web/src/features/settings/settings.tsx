// Settings: profile and password, and what the workspace keeps.
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { Select } from "~/ui/field";
import { Empty, Loading, Page } from "~/ui/page";
import { Audit } from "./audit";
import { Credentials } from "./credentials";
import { Credits } from "./credits";
import { Gateway } from "./gateway";
import { Keys } from "./keys";
import { Members } from "./members";
import { useParts } from "./parts";
import { Plan } from "./plan";
import { Platform } from "./platform";
import { Profile } from "./profile";
import { Roles } from "./roles";
import { Sso } from "./sso";
import { Variables } from "./variables";
import { Workspace } from "./workspace";

const PAGES: Record<string, ReactNode> = {
  profile: <Profile />,
  workspace: <Workspace />,
  plan: <Plan />,
  credits: <Credits />,
  members: <Members />,
  roles: <Roles />,
  sso: <Sso />,
  credentials: <Credentials />,
  variables: <Variables />,
  keys: <Keys />,
  gateway: <Gateway />,
  audit: <Audit />,
  platform: <Platform />,
};

export function Settings() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { part = "profile" } = useParams({ strict: false });
  const parts = useParts();
  const shown = parts.find((it) => it.id === part);
  return (
    <Page title={shown && part !== "profile" ? t("Settings: {{part}}", { part: shown.label }) : t("Settings")}>
      <div className="flex flex-col gap-6 md:flex-row">
        <nav aria-label={t("Settings")} className="hidden w-44 shrink-0 flex-col gap-1 md:flex">
          {parts.map((it) => (
            <Link key={it.id} to="/settings/$part" params={{ part: it.id }} aria-current={it.id === part ? "page" : undefined} className="flex h-8 items-center rounded-control px-2.5 hover:bg-hover aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent-text">{it.label}</Link>
          ))}
        </nav>
        <Select aria-label={t("Which settings")} className="md:hidden" value={shown ? part : ""} onChange={(event) => void navigate({ to: "/settings/$part", params: { part: event.target.value } })}>
          {!shown && <option value="">{t("Choose")}</option>}
          {parts.map((it) => <option key={it.id} value={it.id}>{it.label}</option>)}
        </Select>
        <div className="min-w-0 max-w-160 flex-1">
          {shown && PAGES[shown.id]}
          {!shown && !me && <Loading label={t("Reading who you are")} rows={4} />}
          {!shown && me && (
            <Empty title={t("There is no such page of settings, or your role does not open it.")}>
              <Link to="/settings/$part" params={{ part: "profile" }} className="font-medium text-accent-text underline">{t("Go to your profile")}</Link>
            </Empty>
          )}
        </div>
      </div>
    </Page>
  );
}
