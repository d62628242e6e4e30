// Executions: the list of them.
export { Runs } from "./list";
