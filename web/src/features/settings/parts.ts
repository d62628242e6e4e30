// The pages of settings that there are for who has signed in: by their addresses, also from the palette.
import { useTranslation } from "react-i18next";
import { useMay, useMe } from "~/api/me";

export function useParts() {
  const { t } = useTranslation();
  const may = useMay();
  const me = useMe();
  return [
    { id: "profile", label: t("Profile"), isShown: true },
    { id: "workspace", label: t("Workspace"), isShown: may("workspace.read") },
    { id: "plan", label: t("Plan and usage"), isShown: may("workspace.read") },
    { id: "credits", label: t("Credits"), isShown: may("workspace.read") },
    { id: "members", label: t("Members"), isShown: may("members.read") },
    { id: "roles", label: t("Roles"), isShown: may("roles.read") },
    { id: "sso", label: t("Single sign-on"), isShown: may("sso.read") },
    { id: "credentials", label: t("Credentials"), isShown: may("credentials.read") },
    { id: "variables", label: t("Variables"), isShown: may("variables.read") },
    { id: "keys", label: t("API keys"), isShown: may("keys.read") },
    { id: "gateway", label: t("Gateway"), isShown: may("gateway.read") },
    { id: "audit", label: t("Audit log"), isShown: may("audit.read") },
    { id: "platform", label: t("Platform"), isShown: me?.user.platformAdmin ?? false },
  ].filter((it) => it.isShown);
}
