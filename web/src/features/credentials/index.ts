// Credentials, made and changed wherever one is needed.
export { CredentialDialog } from "./dialog";
export { useCredentials, useCredentialTypes } from "./known";
