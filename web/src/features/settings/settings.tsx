// Settings: profile and password, and what the workspace keeps.
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "~/api/me";
import { Select } from "~/ui/field";
import { Empty, Loading, Page } from "~/ui/page";
import { Audit } from "./audit";
import { Credentials } from "./credentials";
import { Credits } from "./credits";
import { Gateway } from "./gateway";
import { Keys } from "./keys";
import { Members } from "./members";
import { Plan } from "./plan";
import { Platform } from "./platform";
import { Profile } from "./profile";
import { Roles } from "./roles";
import { Sso } from "./sso";
import { Variables } from "./variables";
import { Workspace } from "./workspace";

export function Settings() {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  const navigate = useNavigate();
  const { part = "profile" } = useParams({ strict: false });
  const parts = [
    { id: "profile", label: t("Profile"), shown: true, page: <Profile /> },
    { id: "workspace", label: t("Workspace"), shown: may("workspace.read"), page: <Workspace /> },
    { id: "plan", label: t("Plan and usage"), shown: may("workspace.read"), page: <Plan /> },
    { id: "credits", label: t("Credits"), shown: may("workspace.read"), page: <Credits /> },
    { id: "members", label: t("Members"), shown: may("members.read"), page: <Members /> },
    { id: "roles", label: t("Roles"), shown: may("roles.read"), page: <Roles /> },
    { id: "sso", label: t("Single sign-on"), shown: may("sso.read"), page: <Sso /> },
    { id: "credentials", label: t("Credentials"), shown: may("credentials.read"), page: <Credentials /> },
    { id: "variables", label: t("Variables"), shown: may("variables.read"), page: <Variables /> },
    { id: "keys", label: t("API keys"), shown: may("keys.read"), page: <Keys /> },
    { id: "gateway", label: t("Gateway"), shown: may("gateway.read"), page: <Gateway /> },
    { id: "audit", label: t("Audit log"), shown: may("audit.read"), page: <Audit /> },
    { id: "platform", label: t("Platform"), shown: me?.user.platformAdmin ?? false, page: <Platform /> },
  ].filter((it) => it.shown);
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
          {shown?.page}
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
