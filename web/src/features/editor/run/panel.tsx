// The dock below the canvas: what came in, the node's form, what went out.
import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight, ChevronDown, ChevronLeft, ChevronRight, Play, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState, type CSSProperties, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Node } from "~/api/types";
import { wordsQuery } from "~/api/words";
import { Items } from "~/features/items";
import { useCommands, type Command } from "~/lib/commands";
import { useKept } from "~/lib/kept";
import { Button, IconButton } from "~/ui/button";
import { prepareCode } from "~/ui/code";
import { useCopy } from "~/ui/copy";
import { Divider } from "~/ui/divider";
import { Area, Check, Field, Input, Select } from "~/ui/field";
import { Menu } from "~/ui/menu";
import { Loading, Trouble } from "~/ui/page";
import { change } from "../commands/change";
import { rename } from "../commands/rename";
import { NodeForm, type Values } from "../form/form";
import { KnownNames, useKnown } from "../form/known";
import { reference } from "../form/reference";
import { gaveAt } from "../model/before";
import { nodeOf, wiresOf, type Change, type Doc } from "../model/document";
import { Credentials } from "./credentials";
import { Output, stepOf } from "./output";
import type { Recorded, RunWish } from "./record";

interface Props {
  doc: Doc;
  node: Node;
  /** The run whose data is shown. */
  record?: Recorded;
  mayWrite: boolean;
  mayRun: boolean;
  onChange: (change: Change, about?: string) => void;
  onRename: (name: string) => void;
  onRun: (wish: RunWish) => void;
  /** Saves the draft. */
  onSave: () => Promise<void>;
  /** Goes to the panel of another node. */
  onOpen: (name: string) => void;
  onClose: () => void;
}

/** Of the panel's width, in percent: so much is beside the form on each side. */
const SIDE = 28;
const SIDE_LEAST = 12;
const SIDE_MOST = 38;

export function NodePanel({ doc, node, record, mayWrite, mayRun, onChange, onRename, onRun, onSave, onOpen, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const type = useQuery({ ...wordsQuery(["node-type", node.type], i18n.language, () => body(api.GET("/api/node-types/{name}", { params: { path: { name: node.type } } }))), placeholderData: undefined });
  const values = (node.parameters ?? {}) as Values;
  useEffect(prepareCode, []);
  const known = useKnown(doc, node.name, record);
  // A run that did not come this far has nothing to try expressions on.
  const trialRun = record && wiresOf(doc).some((it) => it.to === node.name && stepOf(record, it.from)) ? record : undefined;
  const setParameter = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = values;
    const parameters = (value === undefined ? rest : { ...rest, [name]: value }) as typeof node.parameters;
    onChange(change(node.name, { parameters }), `${node.name} ${name}`);
  };
  const [input, setInput] = useKept("panel in", SIDE);
  const [output, setOutput] = useKept("panel out", SIDE);
  const copy = useCopy();
  const lastField = useRef<Element>(undefined);
  /** Writes it where the caret was, as if it had been dropped there; what takes no such thing leaves it to the clipboard. */
  const insert = (path: string) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/x-field", path);
    const isTaken = lastField.current?.isConnected && !lastField.current.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    if (!isTaken) copy(`{{ ${reference(path)} }}`);
  };
  return (
    <section aria-label={t("Node {{name}}", { name: node.name })} className="flex h-full min-h-0 flex-col bg-surface">
      <h2 className="sr-only">{node.name}</h2>
      <header className="flex min-h-11 shrink-0 items-center gap-2 border-b px-4 max-sm:px-2">
        <NameField key={node.name} name={node.name} disabled={!mayWrite} isFree={(it) => !nodeOf(doc, it)} onRename={(to) => { onChange(rename(node.name, to)); onRename(to); }} />
        <code className="truncate text-small text-text3 max-sm:hidden">{node.type}</code>
        {type.data && type.data.effect !== "pure" && (
          <span className="inline-flex items-center gap-1 rounded-chip border px-1.5 text-small whitespace-nowrap text-text2 max-lg:hidden" title={t("What it does cannot be taken back: it is written down before and after.")}><ArrowUpRight size={14} strokeWidth={1.9} aria-hidden />{t("acts outside")}</span>
        )}
        <div className="ml-auto flex items-center gap-2">
          <Neighbours doc={doc} name={node.name} onOpen={onOpen} />
          {mayRun && (
            <div className="flex">
              <Button small className="rounded-r-none" icon={<Play size={14} strokeWidth={1.9} />} onClick={() => onRun({ until: node.name })}>{t("Run to here")}</Button>
              <Menu
                trigger={<Button small aria-label={t("Other ways to run")} className="rounded-l-none border-l-0 px-1!"><ChevronDown size={14} strokeWidth={1.9} /></Button>}
                entries={[
                  { label: t("Run only this node, on recorded data"), onSelect: () => onRun({ until: node.name, onRecord: true }) },
                  { label: t("Run from here on, on recorded data"), onSelect: () => onRun({ from: node.name, onRecord: true }) },
                ]}
              />
            </div>
          )}
          <IconButton label={t("Close")} onClick={onClose}><X size={16} strokeWidth={1.75} /></IconButton>
        </div>
      </header>
      <div className="relative flex min-h-0 flex-1 flex-col overflow-auto lg:grid lg:grid-cols-[var(--in)_minmax(0,1fr)_var(--out)] lg:overflow-hidden" style={{ "--in": `${input}%`, "--out": `${output}%` } as CSSProperties}>
        <div className="overflow-auto border-r bg-bg p-4 max-lg:order-2 max-lg:shrink-0 max-lg:border-t max-lg:border-r-0">
          <Inputs doc={doc} node={node} record={record} onField={insert} />
        </div>
        <fieldset disabled={!mayWrite} onFocus={(event) => { lastField.current = event.target; }} className="min-w-0 overflow-auto p-4 max-lg:shrink-0">
          {type.isPending && <Loading label={t("Reading the node type")} rows={3} />}
          {type.isError && <Trouble title={t("This node type could not be read.")} message={messageOf(type.error)} againLabel="" />}
          {type.data && (
            <div className="flex flex-col gap-5">
              <Credentials node={node} type={type.data} onChange={onChange} />
              <KnownNames value={known}>
                <NodeForm
                  key={node.id ?? node.name}
                  form={type.data.form}
                  values={values}
                  trial={{ node: node.name, executionId: trialRun?.id, save: mayWrite ? onSave : undefined }}
                  onChange={setParameter}
                  beside={(field) => <Credentials node={node} type={type.data} place={field} onChange={onChange} />}
                />
              </KnownNames>
              <Settings node={node} isEffectful={type.data.effect !== "pure"} onChange={onChange} />
            </div>
          )}
        </fieldset>
        <div className="flex flex-col gap-4 overflow-auto border-l bg-bg p-4 max-lg:shrink-0 max-lg:border-t max-lg:border-l-0">
          <Output doc={doc} node={node} record={record} mayWrite={mayWrite} onChange={onChange} />
        </div>
        <Divider label={t("Width of what comes in")} edge="left" share={input} usual={SIDE} least={SIDE_LEAST} most={SIDE_MOST} onShare={setInput} className="max-lg:hidden" />
        <Divider label={t("Width of what comes out")} edge="right" share={output} usual={SIDE} least={SIDE_LEAST} most={SIDE_MOST} onShare={setOutput} className="max-lg:hidden" />
      </div>
    </section>
  );
}

/** The nodes before and behind this one, by a click or by the keys `[` and `]`. */
function Neighbours({ doc, name, onOpen }: { doc: Doc; name: string; onOpen: (name: string) => void }) {
  const { t } = useTranslation();
  const before = [...new Set(wiresOf(doc).filter((it) => it.to === name).map((it) => it.from))];
  const behind = [...new Set(wiresOf(doc).filter((it) => it.from === name).map((it) => it.to))];
  const latest = useRef({ before, behind, onOpen });
  useEffect(() => {
    latest.current = { before, behind, onOpen };
  });
  const commands = useMemo((): Command[] => {
    const group = t("Editor");
    const go = (side: "before" | "behind") => {
      const [first] = latest.current[side];
      if (first) latest.current.onOpen(first);
    };
    return [
      { id: "panel before", title: t("To the node before this one"), group, keys: "[", run: () => go("before") },
      { id: "panel behind", title: t("To the node behind this one"), group, keys: "]", run: () => go("behind") },
    ];
  }, [t]);
  useCommands(commands);
  return (
    <span className="flex items-center max-md:hidden">
      <Side names={before} label={t("Before")} onOpen={onOpen}><ChevronLeft size={14} strokeWidth={1.9} aria-hidden /></Side>
      <Side names={behind} label={t("Behind")} onOpen={onOpen}><ChevronRight size={14} strokeWidth={1.9} aria-hidden /></Side>
    </span>
  );
}

function Side({ names, label, onOpen, children }: { names: string[]; label: string; onOpen: (name: string) => void; children: ReactNode }) {
  const [first] = names;
  if (!first) return null;
  const title = names.length > 1 ? `${label}: ${names.length}` : first;
  const button = <Button small look="quiet" aria-label={`${label}: ${names.join(", ")}`} title={names.join(", ")} onClick={names.length > 1 ? undefined : () => onOpen(first)}>{children}<span className="max-w-28 truncate">{title}</span></Button>;
  return names.length > 1 ? <Menu trigger={button} entries={names.map((it) => ({ label: it, onSelect: () => onOpen(it) }))} /> : button;
}

function NameField({ name, disabled, isFree, onRename }: { name: string; disabled: boolean; isFree: (name: string) => boolean; onRename: (name: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(name);
  const isTaken = text !== name && !isFree(text.trim());
  const done = () => (text.trim() && !isTaken && text.trim() !== name ? onRename(text.trim()) : setText(name));
  return <Input id="node-name" aria-label={t("Name of the node")} aria-invalid={isTaken || undefined} disabled={disabled} className="w-auto! max-w-56 min-w-20 field-sizing-content border-transparent font-semibold hover:border-control max-sm:flex-1" value={text} onChange={(event) => setText(event.target.value)} onBlur={done} onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()} />;
}

function Inputs({ doc, node, record, onField }: { doc: Doc; node: Node; record?: Recorded; onField: (path: string) => void }) {
  const { t } = useTranslation();
  const wires = wiresOf(doc).filter((it) => it.to === node.name);
  if (!wires.length) return <p className="text-text2">{t("Nothing comes in: this node starts.")}</p>;
  const hasFields = wires.some((it) => gaveAt(doc, record, it.from, it.output ?? 0)?.length);
  return (
    <div className="flex flex-col gap-4">
      {wires.map((wire) => {
        const items = stepOf(record, wire.from)?.outputs[wire.output ?? 0];
        const pinned = doc.pinnedData?.[wire.from];
        // Pinned items stand for the first output, whatever was recorded.
        const shown = (wire.output ? undefined : pinned) ?? items?.items ?? [];
        return <Items key={`${wire.from} ${wire.output ?? 0}`} title={wire.from} items={shown} total={shown === items?.items ? items.total : shown.length} onField={onField} />;
      })}
      {hasFields && <p className="text-small text-text3">{t("Drag a field into the form; a click writes it where you were last, or copies it.")}</p>}
    </div>
  );
}

function Settings({ node, isEffectful, onChange }: { node: Node; isEffectful: boolean; onChange: Props["onChange"] }) {
  const { t } = useTranslation();
  const set = (fields: Partial<Node>, about?: string) => onChange(change(node.name, fields), about);
  return (
    <details className="rounded-card border px-3 py-2">
      <summary className="cursor-pointer font-medium">{t("When it fails, and notes")}</summary>
      <div className="mt-3 flex flex-col gap-4">
        <Field label={t("On an error")}>
          {(ids) => (
            <Select {...ids} value={node.onError ?? "stop"} onChange={(event) => set({ onError: event.target.value as Node["onError"] })}>
              <option value="stop">{t("Stop the execution")}</option>
              <option value="continue">{t("Go on")}</option>
              <option value="errorOutput">{t("Send failed items by an output of their own")}</option>
            </Select>
          )}
        </Field>
        <Tries node={node} onChange={(retry, about) => set({ retry }, about)} />
        {isEffectful && (
          <Field label={t("If a crash leaves it in doubt")}>
            {(ids) => (
              <Select {...ids} value={node.inDoubt ?? ""} onChange={(event) => set({ inDoubt: (event.target.value || null) as Node["inDoubt"] })}>
                <option value="">{t("As the node type says")}</option>
                <option value="retry">{t("Send again with the same key")}</option>
                <option value="ask">{t("Ask a person")}</option>
                <option value="fail">{t("Fail this step")}</option>
              </Select>
            )}
          </Field>
        )}
        <Field label={t("Longest time of one try, in seconds")} hint={t("Empty is as long as the server lets it.")}>
          {(ids) => <Input {...ids} type="number" min={0} step="any" value={node.timeoutMs ? node.timeoutMs / SECOND_MS : ""} onChange={(event) => set({ timeoutMs: Number(event.target.value) > 0 ? Math.round(Number(event.target.value) * SECOND_MS) : null }, `${node.name} timeout`)} />}
        </Field>
        <Check label={t("Take only the first item")} checked={node.executeOnce ?? false} onCheck={(executeOnce) => set({ executeOnce })} />
        <Check label={t("Go on with one empty item when it gives none")} checked={node.alwaysOutputData ?? false} onCheck={(alwaysOutputData) => set({ alwaysOutputData })} />
        <Field label={t("Notes")}>{(ids) => <Area {...ids} value={node.notes ?? ""} onChange={(event) => set({ notes: event.target.value }, `${node.name} notes`)} />}</Field>
      </div>
    </details>
  );
}

const SECOND_MS = 1000;
/** As the server has it, where nothing is said. */
const USUAL_WAIT_MS = 1000;

/** How often it is tried, and how long the pauses are. */
function Tries({ node, onChange }: { node: Node; onChange: (retry: Node["retry"], about: string) => void }) {
  const { t } = useTranslation();
  const retry = node.retry;
  const tries = retry?.tries ?? (retry ? 3 : 1);
  return (
    <>
      <Field label={t("Tries")} hint={t("1 means that it is not tried again.")}>
        {(ids) => <Input {...ids} type="number" min={1} max={100} value={tries} onChange={(event) => onChange(Number(event.target.value) > 1 ? { ...retry, tries: Math.min(100, Math.trunc(Number(event.target.value))) } : null, `${node.name} tries`)} />}
      </Field>
      {retry && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("Pause before the next try, in seconds")}>
            {(ids) => <Input {...ids} type="number" min={0} step="any" value={(retry.waitMs ?? USUAL_WAIT_MS) / SECOND_MS} onChange={(event) => onChange({ ...retry, waitMs: Math.max(0, Math.round(Number(event.target.value) * SECOND_MS)) }, `${node.name} pause`)} />}
          </Field>
          <Field label={t("Each next pause")}>
            {(ids) => (
              <Select {...ids} value={retry.backoff ?? "fixed"} onChange={(event) => onChange({ ...retry, backoff: event.target.value as NonNullable<Node["retry"]>["backoff"] }, `${node.name} backoff`)}>
                <option value="fixed">{t("Is as long as the first")}</option>
                <option value="exponential">{t("Is twice as long as the one before")}</option>
              </Select>
            )}
          </Field>
        </div>
      )}
    </>
  );
}
