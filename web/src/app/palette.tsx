// The command palette (Ctrl K) and the sheet of keys (?).
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { Choices } from "~/ui/choices";
import { Dialog } from "~/ui/dialog";
import { useAllCommands, type Command } from "~/lib/commands";

export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t("Go to, or do")} closeLabel={t("Close")}>
      {open && <Commands onClose={onClose} />}
    </Dialog>
  );
}

function Commands({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const run = (it?: Command) => {
    onClose();
    // After the dialog has given the focus back, so that the command may take it.
    if (it?.run) setTimeout(it.run, 0);
  };
  return (
    <Choices id="palette" label={t("Search workflows and actions")} listLabel={t("Found")} text={text} onText={setText} found={useFound(text)} keyOf={(it) => it.id} onChoose={run}>
      {(it) => (
        <>
          <span className="min-w-0 flex-1 truncate">{it.title}</span>
          <span className="text-small text-text3">{it.group}</span>
          {it.keys && <span className="max-sm:hidden"><Keys text={it.keys} /></span>}
        </>
      )}
    </Choices>
  );
}

function useFound(text: string): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const all = useAllCommands();
  const onlyActions = text.startsWith(">");
  const wanted = text.replace(/^>\s*/, "").toLowerCase();
  const workflows = useQuery({
    queryKey: ["workflows", "palette", wanted],
    queryFn: () => body(api.GET("/api/workflows", { params: { query: { search: wanted, pageSize: 8 } } })),
    enabled: !onlyActions && wanted.length > 0,
  });
  return useMemo(() => {
    const fit = all.filter((it) => it.run && it.title.toLowerCase().includes(wanted));
    const rows = onlyActions || !wanted ? [] : (workflows.data?.items ?? []);
    return [
      ...rows.map((it) => ({
        id: it.id,
        title: it.name,
        group: t("Workflow"),
        run: () => void navigate({ to: "/workflows/$id", params: { id: it.id } }),
      })),
      ...fit,
    ];
  }, [all, wanted, onlyActions, workflows.data, navigate, t]);
}

export function Keys({ text }: { text: string }) {
  return (
    <span className="flex gap-1">
      {text.split(" ").map((it, n) => (
        <kbd key={n} className="rounded-chip border bg-sunken px-1 font-sans text-micro leading-4 text-text2">{it}</kbd>
      ))}
    </span>
  );
}

export function KeySheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const commands = useAllCommands().filter((it) => it.keys);
  const groups = [...new Set(commands.map((it) => it.group))];
  return (
    <Dialog open={open} onClose={onClose} title={t("Keys")} closeLabel={t("Close")} wide>
      <div role="group" aria-label={t("Keys")} tabIndex={0} className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group}>
            <h2 className="mb-1 text-small font-medium text-text3">{group}</h2>
            <dl>
              {commands.filter((it) => it.group === group).map((it) => (
                <div key={it.id} className="flex items-center justify-between gap-3 border-b py-1.5">
                  <dt>{it.title}</dt>
                  <dd><Keys text={it.keys ?? ""} /></dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
