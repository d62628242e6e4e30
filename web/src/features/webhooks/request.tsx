// One request with its headers and body, and one answer.
import { useTranslation } from "react-i18next";
import type { Schemas } from "~/api/types";
import { took } from "~/lib/time";

export interface Seen {
  headers: Record<string, string>;
  query: Record<string, unknown>;
  body: string;
  bytes: number;
}

/** What the log keeps of a request; one that was too large has nothing left. */
export function seen(request: unknown): Seen | undefined {
  if (request === null || typeof request !== "object") return undefined;
  const { headers, query, body, bytes } = request as Partial<Seen>;
  return { headers: headers ?? {}, query: query ?? {}, body: body ?? "", bytes: bytes ?? 0 };
}

/** JSON on several lines; everything else as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const BOX = "max-h-72 overflow-auto rounded-card border bg-sunken p-3 text-small whitespace-pre-wrap break-words";

export function RequestView({ request }: { request: unknown }) {
  const { t } = useTranslation();
  const it = seen(request);
  if (!it) return <p className="text-text2">{t("The request was too large to be kept.")}</p>;
  const length = new TextEncoder().encode(it.body).length;
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <div className="min-w-0">
        <h4 className="mb-1 text-small font-medium text-text3">{t("Headers")}</h4>
        <Pairs pairs={it.headers} />
        {Object.keys(it.query).length > 0 && (
          <>
            <h4 className="mt-3 mb-1 text-small font-medium text-text3">{t("Query")}</h4>
            <Pairs pairs={it.query} />
          </>
        )}
      </div>
      <div className="min-w-0">
        <h4 className="mb-1 text-small font-medium text-text3">{t("Body")}</h4>
        {it.body ? <pre tabIndex={0} aria-label={t("Body")} className={BOX}>{readable(it.body)}</pre> : <p className="text-text2">{t("It has no body.")}</p>}
        {it.bytes > length && <p className="mt-1 text-small text-text3">{t("Only the beginning of {{count}} bytes was kept.", { count: it.bytes })}</p>}
      </div>
    </div>
  );
}

function Pairs({ pairs }: { pairs: Record<string, unknown> }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-3 gap-y-0.5 font-mono text-small">
      {Object.entries(pairs).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-text3">{name}</dt>
          <dd className="min-w-0 break-words">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function AnswerView({ answer }: { answer: Schemas["WebhookAnswer"] }) {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex flex-col gap-2">
      <p>
        <span className={answer.status < 400 ? "font-medium text-ok" : "font-medium text-err"}>{t("Answered {{status}}", { status: answer.status })}</span>{" "}
        <span className="text-text3">{took(answer.durationMs)}</span>
      </p>
      {answer.body && <pre tabIndex={0} aria-label={t("Answer")} className={BOX}>{readable(answer.body)}</pre>}
    </div>
  );
}
