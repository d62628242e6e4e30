// Says of a row that only its owner and those it is shared with see it.
import { clsx } from "clsx";
import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";

interface Props {
  /** The lock alone; the word is there for who does not see it. */
  isShort?: boolean;
  className?: string;
}

export function RestrictedMark({ isShort, className }: Props) {
  const { t } = useTranslation();
  return (
    <span className={clsx("inline-flex items-center gap-1 text-small font-normal whitespace-nowrap text-text2", className)} title={t("Only its owner, those it is shared with and admins see it.")}>
      <Lock aria-hidden size={12} strokeWidth={1.75} />
      <span className={isShort ? "sr-only" : undefined}>{t("Restricted")}</span>
    </span>
  );
}
