// Sharing of workflows and credentials.
export { ShareDialog } from "./dialog";
export { sharingQuery, useMayWith } from "./known";
