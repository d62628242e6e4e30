// Who may with a workflow or credential: everybody by role, or only some, and what is shared besides.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { Button, IconButton } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field, Select } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";
import { keyOf, usePeople, type Holder } from "./people";
import { sharingQuery, type Thing } from "./known";

type Sharing = Schemas["Sharing"];
type Level = Schemas["SharingLevel"];
type Share = Holder & { level: Level };

interface Props {
  thing: Thing;
  id: string;
  name: string;
  onClose: () => void;
}

export function ShareDialog({ thing, id, name, onClose }: Props) {
  const { t } = useTranslation();
  const sharing = useQuery({ ...sharingQuery(thing, id), refetchOnWindowFocus: false });
  return (
    <Dialog open onClose={onClose} title={t("Share “{{name}}”", { name })} about={t("Admins and the owner of the workspace always see and change everything.")} closeLabel={t("Close")}>
      {sharing.isPending && <Loading label={t("Reading how it is shared")} />}
      {sharing.isError && <Trouble title={t("How it is shared could not be read.")} message={messageOf(sharing.error)} again={() => void sharing.refetch()} againLabel={t("Try again")} />}
      {sharing.data && <Form thing={thing} id={id} sharing={sharing.data} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ thing, id, sharing, onClose }: { thing: Thing; id: string; sharing: Sharing; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { all, members } = usePeople(sharing.mayShare);
  const [restricted, setRestricted] = useState(sharing.restricted);
  const [owner, setOwner] = useState<Holder | undefined>(sharing.owner ?? undefined);
  const [shares, setShares] = useState<Share[]>(sharing.shares);
  const mayShare = sharing.mayShare;
  const save = useMutation({
    mutationFn: () => {
      const to = {
        restricted,
        owner: owner && (!sharing.owner || keyOf(owner) !== keyOf(sharing.owner)) ? { with: owner.with, id: owner.id } : null,
        shares: shares.map((it) => ({ with: it.with, id: it.id, level: it.level })),
      };
      const path = { params: { path: { id } }, body: to };
      return thing === "workflow" ? body(api.PUT("/api/workflows/{id}/sharing", path)) : body(api.PUT("/api/credentials/{id}/sharing", path));
    },
    onSuccess: async () => {
      onClose();
      for (const key of ["sharing", "workflows", "credentials"]) await client.invalidateQueries({ queryKey: [key] });
    },
    onError: (error) => say(messageOf(error), "error"),
  });
  const owners = owner && !members.some((it) => keyOf(it) === keyOf(owner)) ? [owner, ...members] : members;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <fieldset className="flex flex-col gap-2" disabled={!mayShare}>
        <legend className="mb-1 font-medium">{t("Who may")}</legend>
        <Open name="open" checked={!restricted} onChoose={() => setRestricted(false)} title={t("Everybody, by role")} about={t("Each member of the workspace may what the role allows. What is shared below comes on top.")} />
        <Open name="open" checked={restricted} onChoose={() => setRestricted(true)} title={t("Only the owner and those below")} about={thing === "workflow" ? t("For all others it is not there, with its runs and webhooks.") : t("For all others it is not there. What is published with it goes on running.")} />
      </fieldset>
      <Field label={t("Owner")} hint={mayShare ? t("The owner may what the role allows, and says how it is shared.") : undefined}>
        {(ids) => (
          <Select {...ids} disabled={!mayShare} value={owner ? keyOf(owner) : ""} onChange={(event) => setOwner(owners.find((it) => keyOf(it) === event.target.value))}>
            {!sharing.owner && <option value="">{t("No owner yet")}</option>}
            {owners.map((it) => <option key={keyOf(it)} value={keyOf(it)}>{it.name}</option>)}
          </Select>
        )}
      </Field>
      <section aria-label={t("Shared with")}>
        <h3 className="mb-1 font-medium">{t("Shared with")}</h3>
        {shares.length === 0 && <p className="text-text2">{t("Nobody by name yet.")}</p>}
        <ul>
          {shares.map((it) => (
            <One
              key={keyOf(it)}
              thing={thing}
              share={it}
              mayShare={mayShare}
              onLevel={(level) => setShares(shares.map((one) => (one === it ? { ...it, level } : one)))}
              onRemove={() => setShares(shares.filter((one) => one !== it))}
            />
          ))}
        </ul>
        {mayShare && <Adding thing={thing} found={all.filter((it) => !shares.some((one) => keyOf(one) === keyOf(it)))} onAdd={(it) => setShares([...shares, it])} />}
      </section>
      {mayShare ? (
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>{t("Save")}</Button>
        </div>
      ) : (
        <p className="text-text2">{sharing.owner ? t("{{name}} or an admin of the workspace changes this.", { name: sharing.owner.name }) : t("An admin of the workspace changes this.")}</p>
      )}
    </form>
  );
}

function Open({ name, checked, onChoose, title, about }: { name: string; checked: boolean; onChoose: () => void; title: string; about: string }) {
  return (
    <label className="flex items-start gap-2">
      <input type="radio" name={name} className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]" checked={checked} onChange={onChoose} />
      <span>
        <span className="block">{title}</span>
        <span className="block text-small text-text3">{about}</span>
      </span>
    </label>
  );
}

const LEVELS: Record<Thing, Level[]> = { workflow: ["view", "run", "edit"], credential: ["use", "edit"] };

function Levels({ thing, label, value, disabled, onChange }: { thing: Thing; label: string; value: Level; disabled?: boolean; onChange: (level: Level) => void }) {
  const { t } = useTranslation();
  const words: Record<Level, string> = { view: t("may view"), run: t("may run"), use: t("may use"), edit: t("may edit") };
  return (
    <Select aria-label={label} className="w-32! shrink-0" disabled={disabled} value={value} onChange={(event) => onChange(LEVELS[thing].find((it) => it === event.target.value) ?? value)}>
      {LEVELS[thing].map((it) => <option key={it} value={it}>{words[it]}</option>)}
    </Select>
  );
}

interface OneProps {
  thing: Thing;
  share: Share;
  mayShare: boolean;
  onLevel: (level: Level) => void;
  onRemove: () => void;
}

function One({ thing, share, mayShare, onLevel, onRemove }: OneProps) {
  const { t } = useTranslation();
  const kinds = { member: "", serviceAccount: t("service account"), role: t("role") };
  return (
    <li className="flex min-h-11 items-center gap-2 border-b">
      <span className="min-w-0 flex-1 truncate" title={share.name}>{share.name} <span className="text-text3">{kinds[share.with]}</span></span>
      <Levels thing={thing} label={t("What {{name}} may", { name: share.name })} value={share.level} disabled={!mayShare} onChange={onLevel} />
      {mayShare && <IconButton label={t("Share no more with {{name}}", { name: share.name })} onClick={onRemove}><X size={16} strokeWidth={1.75} /></IconButton>}
    </li>
  );
}

/** Chosen among those with whom it is not shared yet. */
function Adding({ thing, found, onAdd }: { thing: Thing; found: Holder[]; onAdd: (share: Share) => void }) {
  const { t } = useTranslation();
  const [key, setKey] = useState("");
  const [level, setLevel] = useState<Level>(LEVELS[thing][0] ?? "edit");
  const chosen = found.find((it) => keyOf(it) === key);
  const part = (label: string, of: Holder["with"]) => {
    const these = found.filter((it) => it.with === of);
    return these.length > 0 && <optgroup label={label}>{these.map((it) => <option key={keyOf(it)} value={keyOf(it)}>{it.name}</option>)}</optgroup>;
  };
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      <Select aria-label={t("Share with")} className="w-auto! min-w-0 flex-1 basis-40" value={chosen ? key : ""} onChange={(event) => setKey(event.target.value)}>
        <option value="">{t("Choose somebody")}</option>
        {part(t("Members"), "member")}
        {part(t("Roles"), "role")}
        {part(t("Service accounts"), "serviceAccount")}
      </Select>
      <Levels thing={thing} label={t("What is shared")} value={level} onChange={setLevel} />
      <Button
        disabled={!chosen}
        onClick={() => {
          if (chosen) onAdd({ ...chosen, level });
          setKey("");
        }}
      >
        {t("Add")}
      </Button>
    </div>
  );
}
