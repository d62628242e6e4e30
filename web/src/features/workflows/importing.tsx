// Workflows from files: our own and n8n's, pasted, chosen or dropped, with a report of what came of them.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileJson } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { faultWords } from "~/lib/faults";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Area, Field, Said } from "~/ui/field";

type Imported = Schemas["ImportedWorkflow"];

export function ImportDialog({ open, onClose, dropped }: { open: boolean; onClose: () => void; dropped?: string }) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t("Import workflows")} about={t("From n8n or from here: the file or the copied JSON.")} closeLabel={t("Close")} wide>
      {open && <Importing dropped={dropped} onClose={onClose} />}
    </Dialog>
  );
}

function Importing({ dropped, onClose }: { dropped?: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState(dropped ?? "");
  const input = useRef<HTMLInputElement>(null);
  const send = useMutation({
    mutationFn: async (json: string) => {
      const file = JSON.parse(json) as Schemas["WorkflowFile"];
      return (await body(api.POST("/api/workflows/import", { body: file }))).workflows;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["workflows"] }),
  });
  if (send.data) return <Report workflows={send.data} onClose={onClose} />;
  const fault = send.error instanceof SyntaxError ? t("This is no JSON: {{why}}", { why: send.error.message }) : send.error && messageOf(send.error);
  return (
    <div className="flex flex-col gap-3">
      <Field label={t("The workflow as JSON")} fault={fault ?? undefined}>
        {(ids) => (
          <Area {...ids} autoFocus spellCheck={false} className="min-h-56 font-mono text-small" value={text} onChange={(event) => setText(event.target.value)} placeholder='{"nodes": […], "connections": {…}}' />
        )}
      </Field>
      <div className="flex flex-wrap justify-between gap-2">
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          className="hidden"
          aria-hidden
          tabIndex={-1}
          onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
        />
        <Button icon={<FileJson size={16} strokeWidth={1.75} />} onClick={() => input.current?.click()}>{t("Choose a file")}</Button>
        <Button look="primary" disabled={!text.trim() || send.isPending} onClick={() => send.mutate(text)}>
          {send.isPending ? t("Importing") : t("Import")}
        </Button>
      </div>
    </div>
  );
}

function Report({ workflows, onClose }: { workflows: Imported[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-5">
      {workflows.map(({ id, name, report }) => (
        <section key={id} className="flex flex-col gap-2">
          <h2 className="font-semibold">{name}</h2>
          <p className="text-text2">{t("{{converted}} of {{nodes}} nodes came over as they were.", { converted: report.converted, nodes: report.nodes })}</p>
          <Notes title={t("Need a credential")} rows={report.needs_credential.map((it) => [it.node, it.name])} />
          <Notes title={t("Work a little differently")} rows={report.approximated.map((it) => [it.node, faultWords(it.why)])} />
          <Notes title={t("Are not known here, and wait for you")} rows={report.unsupported.map((it) => [it.node, faultWords(it.why)])} />
          {report.notes?.map((it) => <p key={it} className="text-text2"><Said text={faultWords(it)} /></p>)}
          <Link to="/workflows/$id" params={{ id }} onClick={onClose} className="self-start font-medium text-accent-text underline">{t("Open {{name}}", { name })}</Link>
        </section>
      ))}
    </div>
  );
}

function Notes({ title, rows }: { title: string; rows: string[][] }) {
  if (!rows.length) return null;
  return (
    <div>
      <h3 className="text-small font-medium text-text3">{title}</h3>
      <ul>
        {rows.map(([node, why], n) => (
          <li key={n} className="flex gap-3 border-b py-1"><b className="font-medium">{node}</b> <span className="min-w-0 break-words text-text2"><Said text={why ?? ""} /></span></li>
        ))}
      </ul>
    </div>
  );
}

/** A file that is dropped anywhere on the page, as text. */
export function useDroppedFile(onText: (text: string) => void) {
  useEffect(() => {
    const over = (event: DragEvent) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      void file.text().then(onText);
    };
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, [onText]);
}
