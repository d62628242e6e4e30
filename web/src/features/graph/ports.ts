// Which inputs and outputs a node has: by its type, and where parameters decide, as the server says.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "~/api/client";
import type { Connection, Node, NodeTypeRow, Schemas, Workflow } from "~/api/types";

export type NodeTypes = ReadonlyMap<string, NodeTypeRow>;
export interface NodePorts {
  inputs: Schemas["Port"][];
  outputs: Schemas["Port"][];
}
export type PortTable = ReadonlyMap<string, NodePorts>;

export function useNodeTypes(): NodeTypes {
  const rows = useQuery({
    queryKey: ["node-types"],
    queryFn: () => body(api.GET("/api/node-types", { params: { query: { pageSize: 500 } } })),
    staleTime: Infinity,
  }).data;
  return useMemo(() => new Map(rows?.items.map((it) => [it.name, it])), [rows]);
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
  return useMemo(() => new Map(table?.nodes.map((it) => [it.node, it])), [table]);
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
