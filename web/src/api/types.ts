// The nouns of the API, by their own names.
import type { components } from "./schema";

type S = components["schemas"];
export type Schemas = S;
export type Me = S["Me"];
export type SignedIn = S["SignedIn"];
export type Workflow = S["Workflow"];
export type StoredWorkflow = S["StoredWorkflow"];
export type WorkflowRow = S["WorkflowRow"];
export type Node = S["Node"];
export type Connection = S["Connection"];
export type StickyNote = S["StickyNote"];
export type NodeType = S["NodeType"];
export type NodeTypeRow = S["NodeTypeRow"];
export type Form = S["Form"];
export type FormField = S["FormField"];
export type Item = S["Item"];
export type Execution = S["Execution"];
export type ExecutionDetail = S["ExecutionDetail"];
export type ExecutionEvent = S["ExecutionEvent"];
export type Step = S["Step"];
export type Status = S["Status"];
export type Wait = S["Wait"];
export type CredentialType = S["CredentialType"];
export type CredentialRow = S["CredentialRow"];
export type ErrorBody = S["ErrorBody"];
export type WorkspaceUsage = S["WorkspaceUsage"];
export type PlanLimitName = S["LimitName"];
