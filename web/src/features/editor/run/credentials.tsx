// Which credentials a node uses: chosen among those that are there, or made on the spot.
import { KeyRound, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import type { Node, Schemas } from "~/api/types";
import { CredentialDialog, useCredentials, useCredentialTypes } from "~/features/credentials";
import { Button, IconButton } from "~/ui/button";
import { Field, Select } from "~/ui/field";
import { Menu } from "~/ui/menu";
import { change } from "../commands/change";
import type { Change } from "../model/document";

interface Props {
  node: Node;
  uses: Schemas["CredentialUse"][];
  onChange: (change: Change) => void;
}

export function Credentials({ node, uses, onChange }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMay()("credentials.write");
  const all = useCredentials(uses.length > 0).data?.items ?? [];
  const types = useCredentialTypes(uses.length > 0).data?.items;
  const [open, setOpen] = useState<{ kind: string; id?: string }>();
  const titleOf = (kind: string) => types?.find((it) => it.name === kind)?.title ?? kind;
  const choose = (kind: string, chosen: { id: string; name: string } | undefined) => {
    const { [kind]: _, ...rest } = node.credentials ?? {};
    onChange(change(node.name, { credentials: chosen ? { ...rest, [kind]: { id: chosen.id, name: chosen.name } } : rest }));
  };
  // One that is not needed, and of which there is none, would only be in the way.
  const isNear = (use: Schemas["CredentialUse"]) => use.required || uses.length === 1 || Boolean(node.credentials?.[use.name]) || all.some((it) => it.type === use.name);
  const others = uses.filter((it) => !isNear(it));
  return (
    <>
      {uses.filter(isNear).map((use) => {
        const own = node.credentials?.[use.name];
        const fitting = all.filter((it) => it.type === use.name);
        const known = fitting.find((it) => it.id === own?.id) ?? fitting.find((it) => it.name === own?.name);
        return (
          <Field key={use.name} label={t("Credential: {{type}}", { type: titleOf(use.name) })} required={use.required} fault={own && !known ? t("There is no credential “{{name}}” here, or it is not shared with you. Choose another, or make it.", { name: own.name }) : undefined}>
            {(ids) => (
              <div className="flex items-center gap-2">
                <Select {...ids} value={known?.id ?? (own ? "gone" : "")} onChange={(event) => choose(use.name, fitting.find((it) => it.id === event.target.value))}>
                  <option value="">{t("None")}</option>
                  {own && !known && <option value="gone">{own.name}</option>}
                  {fitting.map((it) => <option key={it.id} value={it.id}>{it.name}</option>)}
                </Select>
                {mayWrite && known && <IconButton label={t("Change the credential")} onClick={() => setOpen({ kind: use.name, id: known.id })}><Pencil size={16} strokeWidth={1.75} /></IconButton>}
                {mayWrite && <Button icon={<Plus size={14} strokeWidth={1.9} />} aria-label={t("New credential: {{type}}", { type: titleOf(use.name) })} onClick={() => setOpen({ kind: use.name })}>{t("New")}</Button>}
              </div>
            )}
          </Field>
        );
      })}
      {mayWrite && others.length > 0 && (
        <Menu
          align="start"
          trigger={<Button small look="quiet" className="self-start" icon={<KeyRound size={14} strokeWidth={1.9} />}>{t("Add a credential")}</Button>}
          entries={others.map((use) => ({ label: titleOf(use.name), onSelect: () => setOpen({ kind: use.name }) }))}
        />
      )}
      {open && <CredentialDialog kind={open.kind} id={open.id} onClose={() => setOpen(undefined)} onSaved={(it) => choose(open.kind, it)} />}
    </>
  );
}
