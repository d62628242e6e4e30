// Connecting without a mouse: choose the output, then the target.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Connection } from "~/api/types";
import type { NodePorts } from "~/features/graph";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Select } from "~/ui/field";
import { nodesOf, type Doc } from "./model/document";

export function ConnectDialog({ doc, from, ports, onClose, onConnect }: { doc: Doc; from: string; ports?: NodePorts; onClose: () => void; onConnect: (wire: Connection) => void }) {
  const { t } = useTranslation();
  const targets = nodesOf(doc).filter((it) => it.name !== from);
  const [output, setOutput] = useState(0);
  const [to, setTo] = useState(targets[0]?.name ?? "");
  const outputs = ports?.outputs ?? [];
  return (
    <Dialog open onClose={onClose} title={t("Connect {{name}}", { name: from })} closeLabel={t("Close")}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onConnect({ from, to, ...(output ? { output } : {}) });
          onClose();
        }}
      >
        {outputs.length > 1 && (
          <Field label={t("Output")}>
            {(ids) => <Select {...ids} value={output} onChange={(event) => setOutput(Number(event.target.value))}>{outputs.map((it, n) => <option key={n} value={n}>{it.name}</option>)}</Select>}
          </Field>
        )}
        <Field label={t("To")}>
          {(ids) => <Select {...ids} value={to} onChange={(event) => setTo(event.target.value)}>{targets.map((it) => <option key={it.name}>{it.name}</option>)}</Select>}
        </Field>
        <Button type="submit" look="primary" disabled={!to}>{t("Connect")}</Button>
      </form>
    </Dialog>
  );
}
