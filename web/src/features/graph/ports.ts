// Which inputs and outputs a node has: by its type, and where parameters decide, as the server says.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, body } from "~/api/client";
import type { Node, NodeTypeRow, Schemas, Workflow } from "~/api/types";

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
  const nodes = document.nodes ?? [];
  const what = nodes.map((it) => ({ name: it.name, type: it.type, version: it.version, onError: it.onError, parameters: it.parameters }));
  const table = useQuery({
    queryKey: ["ports", what],
    queryFn: () => body(api.POST("/api/workflows/ports", { body: { name: "ports", nodes: what } })),
    enabled: nodes.length > 0,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  }).data;
  return useMemo(() => new Map(table?.nodes.map((it) => [it.node, it])), [table]);
}

const MAIN = { kind: "main", name: "" };

/** Known ports, and those that wires name beyond them, so that no wire hangs in the air. */
export function portsOf(node: Node, table: PortTable, types: NodeTypes, document: Pick<Workflow, "connections">): NodePorts {
  const isTrigger = types.get(node.type)?.trigger ?? false;
  const known = table.get(node.name) ?? { inputs: isTrigger ? [] : [MAIN], outputs: [MAIN] };
  const inputs = [...known.inputs];
  const outputs = [...known.outputs];
  for (const it of document.connections ?? []) {
    const kind = it.kind ?? "main";
    if (it.from === node.name) grow(outputs, kind, it.output ?? 0);
    if (it.to === node.name) grow(inputs, kind, it.input ?? 0);
  }
  return { inputs, outputs };
}

function grow(ports: Schemas["Port"][], kind: string, index: number) {
  while (ports.filter((it) => it.kind === kind).length <= index) {
    ports.push({ kind, name: String(ports.length) });
  }
}
