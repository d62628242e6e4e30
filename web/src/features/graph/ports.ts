// Which inputs and outputs a node has: by its type, and where parameters decide, as the server says.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import type { Connection, Node, NodeTypeRow, Schemas, Workflow } from "~/api/types";
import { useWords, wordsQuery } from "~/api/words";

/** With what it is called in English, which many have learnt elsewhere. */
export type NamedType = NodeTypeRow & { english: string };
export type NodeTypes = ReadonlyMap<string, NamedType>;
export interface NodePorts {
  inputs: Schemas["Port"][];
  outputs: Schemas["Port"][];
}
export type PortTable = ReadonlyMap<string, NodePorts>;

export function useNodeTypes(): NodeTypes {
  const { language } = useTranslation().i18n;
  const rows = useQuery(
    wordsQuery(["node-types"], language, async () => {
      const all = await body(api.GET("/api/node-types", { params: { query: { pageSize: 500 } } }));
      return all.items.map((it): NamedType => ({ ...it, english: `${it.title} ${it.summary}` }));
    }),
  ).data;
  return useMemo(() => new Map(rows?.map((it) => [it.name, it])), [rows]);
}

/** The ports of every node of a document, by the node's name. */
export function usePorts(document: Pick<Workflow, "nodes" | "connections">): PortTable {
  const { nodes } = document;
  const what = useMemo(() => (nodes ?? []).map((it) => ({ name: it.name, type: it.type, version: it.version, onError: it.onError, parameters: it.parameters })), [nodes]);
  const table = useQuery({
    queryKey: ["ports", what],
    queryFn: () => body(api.POST("/api/workflows/ports", { body: { name: "ports", nodes: what } })),
    enabled: what.length > 0,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  }).data;
  const words = useWords();
  return useMemo(() => {
    const named = (it: Schemas["Port"]) => ({ ...it, name: words(it.name) });
    return new Map(table?.nodes.map((it) => [it.node, { ...it, inputs: it.inputs.map(named), outputs: it.outputs.map(named) }]));
  }, [table, words]);
}

const MAIN = { kind: "main", name: "" };

/** Known ports, and those that wires name beyond them, so that no wire hangs in the air. */
export function portsOf(node: Node, table: PortTable, types: NodeTypes, document: Pick<Workflow, "connections">): NodePorts {
  const own = (document.connections ?? []).filter((it) => it.from === node.name || it.to === node.name);
  return allPorts([node], own, table, types).get(node.name) ?? { inputs: [], outputs: [] };
}

/** The same for all nodes, with one look at each wire. */
export function allPorts(nodes: readonly Node[], connections: readonly Connection[], table: PortTable, types: NodeTypes): PortTable {
  const res = new Map<string, NodePorts>();
  for (const it of nodes) {
    const known = table.get(it.name) ?? { inputs: types.get(it.type)?.trigger ? [] : [MAIN], outputs: [MAIN] };
    res.set(it.name, { inputs: [...known.inputs], outputs: [...known.outputs] });
  }
  for (const it of connections) {
    const kind = it.kind ?? "main";
    grow(res.get(it.from)?.outputs, kind, it.output ?? 0);
    grow(res.get(it.to)?.inputs, kind, it.input ?? 0);
  }
  return res;
}

function grow(ports: Schemas["Port"][] | undefined, kind: string, index: number) {
  while (ports && ports.filter((it) => it.kind === kind).length <= index) {
    ports.push({ kind, name: String(ports.length) });
  }
}
