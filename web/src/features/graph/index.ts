// The graph as it is drawn: for the editor, and for runs on the version that they ran.
export { type Marks } from "./drawing";
export { Graph, type GraphActions, type GraphHandle } from "./graph";
export { groupColor, groupKey, isGroupKey, type Group } from "./groups";
export { MARK_TEXTS, MarkSign, type Mark } from "./mark";
export { NodeIcon } from "./icons";
export { NoteText } from "./note";
export { layout } from "./layout";
export { isNoteKey, NOTE_COLORS, noteColor, noteKey, type NoteColor } from "./notes";
export { portsOf, usePorts, useNodeTypes, type NamedType, type NodePorts, type NodeTypes, type PortTable } from "./ports";
export { statesOf, follow, type NodeRun, type RunStates } from "./states";
export { wireId } from "./wires";
