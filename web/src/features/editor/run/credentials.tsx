// Which credentials a node uses, beside the field that calls for one: chosen among those that are there, or made on the spot.
import { KeyRound, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { holds, isNeeded } from "~/api/forms";
import { useMay } from "~/api/me";
import type { Node, Schemas } from "~/api/types";
import { CredentialDialog, useCredentials, useCredentialTypes } from "~/features/credentials";
import { Button, IconButton } from "~/ui/button";
import { Field, Select } from "~/ui/field";
import { Menu } from "~/ui/menu";
import { change } from "../commands/change";
import type { Change } from "../model/document";

type Use = Schemas["CredentialUse"];

interface Props {
  node: Node;
  type: Schemas["NodeType"];
  /** The field beside which they stand; those that no field calls for have none. */
  place?: string;
  onChange: (change: Change) => void;
}

const ADD = { small: true, look: "quiet", className: "self-start", icon: <KeyRound size={14} strokeWidth={1.9} /> } as const;

export function Credentials({ node, type, place, onChange }: Props) {
  const { t } = useTranslation();
  const mayWrite = useMay()("credentials.write");
  const values = (node.parameters ?? {}) as Record<string, unknown>;
  const uses = usesOf(type, values);
  const isAny = uses.length > 0;
  const all = useCredentials(isAny).data?.items ?? [];
  const types = useCredentialTypes(isAny).data?.items;
  const [open, setOpen] = useState<{ use: Use; id?: string }>();
  const titleOf = (kind: string) => types?.find((it) => it.name === kind)?.title ?? kind;
  const choose = (use: Use, chosen: { id: string; name: string } | undefined) => {
    const { [use.name]: _, ...rest } = node.credentials ?? {};
    if (!chosen) return onChange(change(node.name, { credentials: rest }));
    // Who chooses it wants it to count.
    const wanted = (use.when ?? []).filter((it) => !holds(type.form, it, values)).map((it) => [it.field, it.is[0]]);
    const parameters = { ...values, ...Object.fromEntries(wanted) } as Node["parameters"];
    onChange(change(node.name, { credentials: { ...rest, [use.name]: { id: chosen.id, name: chosen.name } }, ...(wanted.length ? { parameters } : {}) }));
  };
  // One that is not called for, and of which there is none, would only be in the way.
  const isNear = (use: Use) => isNeeded(type.form, use, values) || Boolean(node.credentials?.[use.name]) || (!use.when?.length && (uses.length === 1 || all.some((it) => it.type === use.name)));
  const near = uses.filter((it) => isNear(it) && it.when?.at(-1)?.field === place);
  const others = uses.filter((it) => !isNear(it) && it.when?.[0]?.field === place);
  return (
    <>
      {near.map((use) => {
        const own = node.credentials?.[use.name];
        const fitting = all.filter((it) => it.type === use.name);
        const known = fitting.find((it) => it.id === own?.id) ?? fitting.find((it) => it.name === own?.name);
        const isIdle = own && Boolean(use.when?.length) && !isNeeded(type.form, use, values);
        return (
          <Field
            key={use.name}
            label={t("Credential: {{type}}", { type: titleOf(use.name) })}
            required={isNeeded(type.form, use, values)}
            hint={isIdle ? t("As the form stands, it is not used.") : undefined}
            fault={own && !known ? t("There is no credential “{{name}}” here, or it is not shared with you. Choose another, or make it.", { name: own.name }) : undefined}
          >
            {(ids) => (
              <div className="flex items-center gap-2">
                <Select {...ids} value={known?.id ?? (own ? "gone" : "")} onChange={(event) => choose(use, fitting.find((it) => it.id === event.target.value))}>
                  <option value="">{t("None")}</option>
                  {own && !known && <option value="gone">{own.name}</option>}
                  {fitting.map((it) => <option key={it.id} value={it.id}>{it.name}</option>)}
                </Select>
                {mayWrite && known && <IconButton label={t("Change the credential")} onClick={() => setOpen({ use, id: known.id })}><Pencil size={16} strokeWidth={1.75} /></IconButton>}
                {mayWrite && <Button icon={<Plus size={14} strokeWidth={1.9} />} aria-label={t("New credential: {{type}}", { type: titleOf(use.name) })} onClick={() => setOpen({ use })}>{t("New")}</Button>}
              </div>
            )}
          </Field>
        );
      })}
      {mayWrite && others.length > 1 && (
        <Menu
          align="start"
          trigger={<Button {...ADD}>{t("Add a credential")}</Button>}
          entries={others.map((use) => ({ label: titleOf(use.name), onSelect: () => setOpen({ use }) }))}
        />
      )}
      {mayWrite && others.length === 1 && others.map((use) => <Button key={use.name} {...ADD} onClick={() => setOpen({ use })}>{t("New credential: {{type}}", { type: titleOf(use.name) })}</Button>)}
      {open && <CredentialDialog kind={open.use.name} id={open.id} onClose={() => setOpen(undefined)} onSaved={(it) => choose(open.use, it)} />}
    </>
  );
}

/** What the node knows of, and what its form names besides. */
function usesOf(type: Schemas["NodeType"], values: Record<string, unknown>): Use[] {
  const named = type.form.fields.flatMap((it): Use[] => {
    const name = values[it.name];
    if (it.kind !== "credentialType" || typeof name !== "string" || !name || type.credentials.some((use) => use.name === name)) return [];
    return [{ name, required: false, when: [...(it.show ?? []), { field: it.name, is: [name] }] }];
  });
  return [...type.credentials, ...named];
}
