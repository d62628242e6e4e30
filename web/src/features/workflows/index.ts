// The list of workflows, and how new ones come.
export { Workflows } from "./list";
export { ImportDialog, useDroppedFile } from "./importing";
export { useNewWorkflow, useFirstWorkflow, useTelling } from "./making";
export { TemplatesDialog } from "./starting";
