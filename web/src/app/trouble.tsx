// What stands there when a page cannot.
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Failure, messageOf } from "~/api/client";
import { Mark } from "~/ui/mark";
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
    <main className="flex min-h-full flex-col items-center px-4 py-[8vh]">
      <div className="flex w-full max-w-sm flex-col items-start gap-5">
        <div className="flex items-center gap-2 text-title font-semibold"><Mark size={28} /> Tailorbird</div>
        <div>
          <h1 className="text-display font-semibold">{t("There is nothing at this address.")}</h1>
          <p className="mt-1 text-text2">{t("The link may be old, or not all of it was copied.")}</p>
        </div>
        <Link to="/" className="font-medium text-accent-text underline">{t("Go to Home")}</Link>
      </div>
    </main>
  );
}
