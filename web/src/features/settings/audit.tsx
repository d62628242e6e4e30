// The audit log: who changed what and from where, and whether it is as it was written.
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { download } from "~/lib/download";
import { clock, exact } from "~/lib/time";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Input } from "~/ui/field";
import { CELL, Empty, Loading, ROW, Table, Trouble } from "~/ui/page";
import { Pages } from "~/ui/pages";
import { say } from "~/ui/toast";

type Entry = Schemas["AuditEntry"];

export function Audit() {
  const { t, i18n } = useTranslation();
  const [search, setSearch] = useState("");
  const [action, setAction] = useState("");
  const [from, setFrom] = useState("");
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState<Entry>();
  const wanted = useDeferredValue({ search: search || undefined, action: action.trim() || undefined, from: from || undefined });
  const list = useQuery({
    queryKey: ["audit", wanted, page],
    queryFn: () => body(api.GET("/api/audit", { params: { query: { ...wanted, page, pageSize: 50 } } })),
    placeholderData: keepPreviousData,
  });
  const save = useMutation({
    mutationFn: async () => {
      const asked = api.GET("/api/audit/export", { params: { query: { ...wanted, format: "csv" } }, parseAs: "blob" });
      download((await body(asked)) as Blob, "audit.csv");
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const filter = (set: (text: string) => void) => (event: { target: { value: string } }) => {
    set(event.target.value);
    setPage(1);
  };
  const names: Record<string, string> = { account: t("A former account"), key: t("A former key"), service: t("A former service account"), visitor: t("Not signed in"), system: t("The system") };
  const who = (it: Entry) => it.whoName ?? names[it.who] ?? it.who;
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0"><h2 className="font-semibold">{t("Audit log")}</h2><p className="text-text2">{t("Who changed what, and from where. Secrets are never in it.")}</p></div>
        <Button icon={<Download size={16} strokeWidth={1.75} />} disabled={save.isPending} onClick={() => save.mutate()}>{t("Export")}</Button>
      </div>
      <Proof />
      <div className="flex flex-wrap gap-2">
        <Input type="search" aria-label={t("Search")} placeholder={t("Search")} className="w-48!" value={search} onChange={filter(setSearch)} />
        <Input aria-label={t("Action")} placeholder="workflow.publish" className="w-48!" value={action} onChange={filter(setAction)} />
        <Input type="date" aria-label={t("From")} className="w-40!" value={from} onChange={filter(setFrom)} />
      </div>
      {list.isPending && <Loading label={t("Loading")} />}
      {list.error && <Trouble title={t("The audit log cannot be read")} message={messageOf(list.error)} again={() => void list.refetch()} againLabel={t("Try again")} />}
      {list.data?.total === 0 && <Empty title={t("No entry is like this.")} />}
      {Boolean(list.data?.total) && (
        <Table label={t("Audit log")} head={[t("Time"), t("Action"), t("Who"), <span key="f" className="wide">{t("From")}</span>]}>
          {list.data?.items.map((it) => (
            <tr key={it.seq} className={ROW}>
              <td className={CELL} title={exact(it.at, i18n.language)}>{clock(it.at, i18n.language)}</td>
              <td className={CELL}><button type="button" className="font-mono text-small text-accent-text underline" onClick={() => setOpen(it)}>{it.action}</button></td>
              <td className={CELL} title={who(it)}>{who(it)}</td>
              <td className={`${CELL} text-text2 max-sm:hidden`}>{it.address}</td>
            </tr>
          ))}
        </Table>
      )}
      {list.data && <Pages list={list.data} onPage={setPage} labels={[t("Previous"), t("Next")]} />}
      {open && <Detail entry={open} who={who(open)} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Proof() {
  const { t } = useTranslation();
  const proof = useQuery({ queryKey: ["audit", "verify"], queryFn: () => body(api.GET("/api/audit/verify", {})) });
  const it = proof.data;
  if (proof.error) return <Trouble title={t("The chain cannot be verified")} message={messageOf(proof.error)} again={() => void proof.refetch()} againLabel={t("Try again")} />;
  if (!it) return <p role="status" className="text-text2">{t("Verifying the chain…")}</p>;
  if (it.intact) return <p role="status" className="text-text2">✓ {t("Chain verified: {{count}} entries are as they were written.", { count: it.entries })}</p>;
  return (
    <div role="alert" className="rounded-card border border-err bg-err-soft px-4 py-3">
      <p className="font-semibold">{t("Somebody has tampered with this log")}</p>
      <p className="text-text2">{t("Entry {{seq}}: {{why}}", { seq: it.brokenAt, why: it.why })}</p>
    </div>
  );
}

function Detail({ entry, who, onClose }: { entry: Entry; who: string; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const facts: [string, string | null | undefined][] = [
    [t("Time"), exact(entry.at, i18n.language)],
    [t("Who"), who],
    [t("From"), entry.address],
    [t("Program"), entry.agent],
    [t("Thing"), entry.thingId],
    [t("Request"), entry.requestId],
    [t("Session"), entry.sessionId],
    [t("Number"), String(entry.seq)],
    [t("Hash"), entry.hash],
  ];
  const [before, after] = [entry.before, entry.after].map((it) => (it ?? {}) as Record<string, unknown>);
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const text = (it: unknown) => (it === undefined || it === null ? "" : typeof it === "string" ? it : JSON.stringify(it));
  return (
    <Dialog open onClose={onClose} title={entry.action} closeLabel={t("Close")} wide>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {facts.filter((it) => it[1]).map(([name, value]) => (
          <div key={name} className="contents"><dt className="text-text3">{name}</dt><dd className="min-w-0 break-words">{value}</dd></div>
        ))}
      </dl>
      {fields.length > 0 && (
        <div className="mt-4">
          <Table label={t("Changes")} head={[t("Field"), t("Before"), t("After")]}>
            {fields.map((it) => (
              <tr key={it} className="border-b align-top">
                <td className="py-1.5 pr-4 font-mono text-small">{it}</td>
                <td className="bg-err-soft px-2 py-1.5 break-words">{text(before?.[it])}</td>
                <td className="bg-ok-soft px-2 py-1.5 break-words">{text(after?.[it])}</td>
              </tr>
            ))}
          </Table>
        </div>
      )}
    </Dialog>
  );
}
