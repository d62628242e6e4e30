// The form of single sign-on: who the provider is, and who people are then.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { rolesQuery } from "~/api/lists";
import { useRoleWord } from "~/api/role-words";
import { useMay } from "~/api/me";
import type { Schemas } from "~/api/types";
import { Button } from "~/ui/button";
import { Area, Field, Input, Select, TextField } from "~/ui/field";
import { say } from "~/ui/toast";
import { certificatesOf, listed } from "./sso-texts";

type Provider = Schemas["SsoProvider"];
type Source = "address" | "metadata" | "said";

export function SsoForm({ id, provider }: { id: string; provider?: Provider }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayWrite = useMay()("sso.write");
  const [source, setSource] = useState<Source>(provider ? "said" : "metadata");
  const [address, setAddress] = useState("");
  const [metadata, setMetadata] = useState("");
  const [entityId, setEntityId] = useState(provider?.entityId ?? "");
  const [signInUrl, setSignInUrl] = useState(provider?.signInUrl ?? "");
  const [certificates, setCertificates] = useState(provider?.certificates.map((it) => it.pem).join("") ?? "");
  const [people, setPeople] = useState<People>(peopleOf(provider));
  const save = useMutation({
    mutationFn: () => {
      const who = {
        address: { metadataUrl: address },
        metadata: { metadata },
        said: { entityId, signInUrl, certificates: certificatesOf(certificates) },
      }[source];
      const { domains, defaultRole, roles, ...rest } = people;
      const fields = { ...rest, ...who, domains: listed(domains), defaultRole: defaultRole || null, roles: roles.filter((it) => it.group.trim() !== "") };
      return body(api.PUT("/api/workspaces/{id}/sso", { params: { path: { id } }, body: fields }));
    },
    onSuccess: (answer) => {
      client.setQueryData(["sso", id], answer);
      say(t("Saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-4">
        <h3 className="font-semibold">{provider ? t("Change the provider") : t("Name your provider")}</h3>
        <Field label={t("The provider is known by")}>
          {(ids) => (
            <Select {...ids} value={source} onChange={(event) => setSource(event.target.value as Source)}>
              <option value="metadata">{t("its metadata, pasted")}</option>
              <option value="address">{t("the address of its metadata")}</option>
              <option value="said">{t("entity id, sign-in address and certificate")}</option>
            </Select>
          )}
        </Field>
        {source === "address" && <TextField label={t("Address of the metadata")} type="url" required value={address} onValue={setAddress} hint={t("It is read now, and not again: save once more when your provider has another certificate.")} />}
        {source === "metadata" && (
          <Field label={t("Metadata")} required>
            {(ids) => <Area {...ids} required spellCheck={false} rows={6} className="font-mono text-small" value={metadata} placeholder="<EntityDescriptor …>" onChange={(event) => setMetadata(event.target.value)} />}
          </Field>
        )}
        {source === "said" && (
          <>
            <TextField label={t("Entity id of the provider")} required value={entityId} onValue={setEntityId} />
            <TextField label={t("Sign-in address (HTTP-Redirect)")} type="url" required value={signInUrl} onValue={setSignInUrl} />
            <Field label={t("Certificates")} required hint={t("As PEM, one after the other. While the provider changes its key, both count.")}>
              {(ids) => <Area {...ids} required spellCheck={false} rows={6} className="font-mono text-small" value={certificates} placeholder="-----BEGIN CERTIFICATE-----" onChange={(event) => setCertificates(event.target.value)} />}
            </Field>
          </>
        )}
        <PeopleFields people={people} onPeople={setPeople} />
        {save.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(save.error)}</p>}
        {mayWrite && <Button type="submit" look="primary" className="self-start" disabled={save.isPending}>{t("Save")}</Button>}
      </fieldset>
    </form>
  );
}

interface People {
  emailAttribute: string;
  nameAttribute: string;
  groupsAttribute: string;
  roles: Schemas["GroupRole"][];
  defaultRole: string;
  joins: boolean;
  unasked: boolean;
  domains: string;
}

function peopleOf(provider?: Provider): People {
  return {
    emailAttribute: provider?.emailAttribute ?? "",
    nameAttribute: provider?.nameAttribute ?? "",
    groupsAttribute: provider?.groupsAttribute ?? "",
    roles: provider?.roles ?? [],
    defaultRole: provider ? (provider.defaultRole ?? "") : "viewer",
    joins: provider?.joins ?? true,
    unasked: provider?.unasked ?? false,
    domains: provider?.domains.map((it) => it.domain).join(", ") ?? "",
  };
}

/** Who people are, by what the provider says of them. */
function PeopleFields({ people, onPeople }: { people: People; onPeople: (people: People) => void }) {
  const { t } = useTranslation();
  const roleWord = useRoleWord();
  const known = useQuery(rolesQuery);
  const names = (known.data?.items ?? []).map((it) => it.name).filter((it) => it !== "owner");
  const set = (change: Partial<People>) => onPeople({ ...people, ...change });
  const setRole = (n: number, change: Partial<Schemas["GroupRole"]>) => set({ roles: people.roles.map((it, at) => (at === n ? { ...it, ...change } : it)) });
  const options = names.map((it) => <option key={it} value={it}>{roleWord(it)}</option>);
  return (
    <>
      <h3 className="mt-2 font-semibold">{t("People")}</h3>
      <TextField label={t("Domains of their addresses")} value={people.domains} placeholder="example.com" onValue={(domains) => set({ domains })} hint={t("With commas between them. Who signs in with such an address is sent to your provider.")} />
      <label className="flex items-start gap-2">
        <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]" checked={people.joins} onChange={(event) => set({ joins: event.target.checked })} />
        <span>{t("Who comes and is no member becomes one")}</span>
      </label>
      <Field label={t("Role for everybody")}>
        {(ids) => (
          <Select {...ids} value={people.defaultRole} onChange={(event) => set({ defaultRole: event.target.value })}>
            <option value="">{t("none: only by groups")}</option>
            {options}
          </Select>
        )}
      </Field>
      <fieldset className="flex min-w-0 flex-col gap-2">
        <legend className="mb-1 font-medium">{t("Roles by group")}</legend>
        <p className="text-small text-text3">{t("The first group that a person is in gives the role, each time that the person comes.")}</p>
        {people.roles.map((it, n) => (
          <div key={n} className="flex flex-wrap items-center gap-2">
            <Input aria-label={t("Group {{n}}", { n: n + 1 })} className="min-w-40 flex-1" value={it.group} onChange={(event) => setRole(n, { group: event.target.value })} />
            <Select aria-label={t("Role of group {{n}}", { n: n + 1 })} className="w-36!" value={it.role} onChange={(event) => setRole(n, { role: event.target.value })}>{options}</Select>
            <Button small aria-label={t("Remove group {{n}}", { n: n + 1 })} onClick={() => set({ roles: people.roles.filter((_, at) => at !== n) })}>{t("Remove")}</Button>
          </div>
        ))}
        <Button small className="self-start" onClick={() => set({ roles: [...people.roles, { group: "", role: "editor" }] })}>{t("Add a group")}</Button>
      </fieldset>
      <label className="flex items-start gap-2">
        <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]" checked={people.unasked} onChange={(event) => set({ unasked: event.target.checked })} />
        <span>{t("People may begin at the provider")} <span className="block text-small text-text3">{t("Then somebody could be signed in to an account that is not theirs without noticing; leave it off unless your provider's list of apps needs it.")}</span></span>
      </label>
      <details>
        <summary className="cursor-pointer font-medium">{t("Names of attributes")}</summary>
        <div className="mt-3 flex flex-col gap-4">
          <p className="text-small text-text3">{t("Without them the usual ones are looked for.")}</p>
          <TextField label={t("E-mail attribute")} value={people.emailAttribute} onValue={(emailAttribute) => set({ emailAttribute })} />
          <TextField label={t("Name attribute")} value={people.nameAttribute} onValue={(nameAttribute) => set({ nameAttribute })} />
          <TextField label={t("Groups attribute")} value={people.groupsAttribute} onValue={(groupsAttribute) => set({ groupsAttribute })} />
        </div>
      </details>
    </>
  );
}
