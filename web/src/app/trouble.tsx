// What stands there when a page cannot.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Failure, messageOf } from "~/api/client";
import { Trouble, useTitle } from "~/ui/page";

export function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <div className="p-7">
      <Trouble
        title={t("This page could not be shown. Your work is saved.")}
        message={messageOf(error)}
        again={() => window.location.reload()}
        againLabel={t("Try again")}
        id={error instanceof Failure ? error.requestId : undefined}
      />
    </div>
  );
}

export function Missing() {
  const { t } = useTranslation();
  useTitle(t("Nothing here"));
  return (
    <main className="flex flex-col items-start gap-3 p-7">
      <h1 className="text-display font-semibold">{t("There is nothing at this address.")}</h1>
      <Link to="/" className="font-medium text-accent-text underline">{t("Go to Home")}</Link>
    </main>
  );
}
