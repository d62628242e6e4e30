// What a version changes, drawn and listed.
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { wordsQuery } from "~/api/words";
import { Graph, MarkSign, useNodeTypes, usePorts, type Mark } from "~/features/graph";
import { fieldOf, type Difference } from "../model/difference";

const NOTHING: ReadonlySet<string> = new Set();
/** So many fields of one node are listed; the rest is counted. */
const FIELDS_MAX = 8;

export function Changes({ difference, onShow }: { difference?: Difference; onShow: (node: string) => void }) {
  const { t } = useTranslation();
  const words: Record<Mark, string> = { added: t("added"), removed: t("removed"), changed: t("changed") };
  if (!difference) return <p className="text-text2">{t("Nothing is published yet: this becomes the first version.")}</p>;
  const { nodes, wires, rest, nMoved } = difference;
  if (!nodes.length && !wires.size && !rest.length && !nMoved) return <p className="text-text2">{t("It is the same as what is published.")}</p>;
  const count = (kinds: Iterable<Mark>, mark: Mark) => [...kinds].filter((it) => it === mark).length;
  const marks = nodes.map((it) => it.mark);
  const sums: [string, Mark[]][] = [[t("Nodes"), marks], [t("Wires"), [...wires.values()]]];
  return (
    <section aria-label={t("What changes")}>
      <h3 className="mb-1 font-semibold">{t("What changes")}</h3>
      <p className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-text2">
        {sums.filter(([, kinds]) => kinds.length).map(([name, kinds]) => (
          <span key={name} className="flex items-center gap-2">
            {name}
            {(["added", "removed", "changed"] as const).filter((it) => count(kinds, it)).map((it) => (
              <span key={it} className="flex items-center gap-1 tabular-nums"><MarkSign mark={it} />{count(kinds, it)} {words[it]}</span>
            ))}
          </span>
        ))}
        {nMoved > 0 && <span>{t("{{count}} nodes lie elsewhere", { count: nMoved })}</span>}
      </p>
      {(nodes.length > 0 || wires.size > 0) && <Picture difference={difference} />}
      <ul className="mt-2 rounded-card border empty:hidden">
        {nodes.map((it) => (
          <Row key={`${it.name} ${it.mark}`} mark={it.mark} title={it.mark === "removed" ? it.name : <button type="button" className="font-semibold text-accent-text hover:underline" onClick={() => onShow(it.name)}>{it.name}</button>} word={words[it.mark]}>
            {it.fields.slice(0, FIELDS_MAX).map((field) => <Values key={field.path} name={<FieldName type={difference.drawn.nodes?.find((one) => one.name === it.name)?.type ?? ""} path={fieldOf(field)} />} before={field.before} after={field.after} />)}
            {it.fields.length > FIELDS_MAX && <li className="text-small text-text3">{t("and {{count}} more", { count: it.fields.length - FIELDS_MAX })}</li>}
          </Row>
        ))}
        {rest.slice(0, FIELDS_MAX).map((it) => (
          <Row key={it.path} mark={it.kind} title={<code>{it.path}</code>} word={words[it.kind]}><Values before={it.before} after={it.after} /></Row>
        ))}
        {rest.length > FIELDS_MAX && <li className="px-3 py-2 text-small text-text3">{t("and {{count}} more", { count: rest.length - FIELDS_MAX })}</li>}
      </ul>
    </section>
  );
}

function Picture({ difference }: { difference: Difference }) {
  const { t } = useTranslation();
  const types = useNodeTypes();
  const ports = usePorts(difference.drawn);
  const marks = useMemo(() => ({ nodes: new Map(difference.nodes.map((it) => [it.name, it.mark])), wires: difference.wires }), [difference]);
  return (
    <div role="img" aria-label={t("The graph with what changes in it")} className="h-56 overflow-hidden rounded-card border">
      <Graph document={difference.drawn} types={types} ports={ports} selected={NOTHING} onSelect={() => undefined} marks={marks} isPicture />
    </div>
  );
}

function Row({ mark, title, word, children }: { mark: Mark; title: ReactNode; word: string; children?: ReactNode }) {
  return (
    <li className="flex items-start gap-2 border-b px-3 py-2 last:border-b-0">
      <span className="mt-1"><MarkSign mark={mark} /></span>
      <div className="min-w-0 flex-1">
        <span className="font-semibold break-words">{title}</span> <span className="text-text3">{word}</span>
        <ul>{children}</ul>
      </div>
    </li>
  );
}

const short = (value: unknown) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
};

/** As the node's form calls it; what lies deeper in it is named by its path. */
function FieldName({ type, path }: { type: string; path: string }) {
  const { i18n } = useTranslation();
  const [, first, rest] = /^parameters\.(\w+)(.*)$/.exec(path) ?? [];
  const form = useQuery({ ...wordsQuery(["node-type", type], i18n.language, () => body(api.GET("/api/node-types/{name}", { params: { path: { name: type } } }))), enabled: first !== undefined, placeholderData: undefined }).data?.form;
  const title = form?.fields.find((it) => it.name === first)?.title;
  return title ? <span title={path}>{title}{rest && <code> {rest}</code>}</span> : <code>{path}</code>;
}

function Values({ name, before, after }: { name?: ReactNode; before: unknown; after: unknown }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 text-small">
      {name && <span className="text-text2">{name}</span>}
      {before !== null && <del className="min-w-0 break-all text-err">{short(before)}</del>}
      {after !== null && <ins className="min-w-0 break-all text-ok no-underline">{short(after)}</ins>}
    </li>
  );
}
