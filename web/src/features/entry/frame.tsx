// What the pages of the way in share: their frame, and how a form is sent.
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/api/client";
import { LANGUAGES, setLanguage, type Language } from "~/lib/i18n";
import { Mark } from "~/ui/mark";
import { useTitle } from "~/ui/page";

export const LINK = "font-medium text-accent-text underline";

export function Frame({ title, about, children, foot }: { title: string; about?: string; children: ReactNode; foot?: ReactNode }) {
  const { i18n } = useTranslation();
  useTitle(title);
  return (
    <main className="flex min-h-full flex-col items-center px-4 py-[8vh]">
      <div className="flex w-full max-w-sm flex-col gap-5">
        <div className="flex items-center gap-2 text-title font-semibold"><Mark size={28} /> Tailorbird</div>
        <div>
          <h1 className="text-display font-semibold">{title}</h1>
          {about && <p className="mt-1 text-text2">{about}</p>}
        </div>
        {children}
        {foot && <div className="flex flex-col gap-1 text-text2">{foot}</div>}
        <div className="mt-4 flex gap-3 border-t pt-4 text-small">
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <button
              key={code}
              type="button"
              lang={code}
              aria-pressed={i18n.language === code}
              className={i18n.language === code ? "font-semibold text-text" : "text-text3 hover:text-text"}
              onClick={() => void setLanguage(code as Language)}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
    </main>
  );
}

/** Sends a form; shows what the server said against it. */
export function useSending(send: () => Promise<void>) {
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFault("");
    send()
      .catch((error: unknown) => setFault(messageOf(error)))
      .finally(() => setBusy(false));
  };
  const shown = fault && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{fault}</p>;
  return { onSubmit, isBusy, shown };
}
