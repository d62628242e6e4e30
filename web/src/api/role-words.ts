// What roles are called in the reader's language; those that a workspace made are called as it calls them.
import { useTranslation } from "react-i18next";

export function useRoleWord(): (name: string) => string {
  const { t } = useTranslation();
  const builtIn: Record<string, string> = { owner: t("owner"), admin: t("admin"), editor: t("editor"), operator: t("operator"), viewer: t("viewer") };
  return (name) => (Object.hasOwn(builtIn, name) ? (builtIn[name] ?? name) : name);
}
