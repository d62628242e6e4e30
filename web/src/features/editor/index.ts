// The editor of workflows.
export { Editor } from "./editor";
