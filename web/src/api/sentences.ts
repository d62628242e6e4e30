// What the server refused, for readers of other languages: it says so itself in English only.
import i18next from "i18next";
import { faultWords } from "~/lib/faults";

/** What each code says; with `words`, the server's own words say more. */
function known(): Record<string, { says: string; words?: true }> {
  const { t } = i18next;
  return {
    internal: { says: t("Something broke on our side"), words: true },
    invalid_request: { says: t("What was entered cannot be taken"), words: true },
    unauthorized: { says: t("This does not let you in"), words: true },
    key_disabled: { says: t("This API key is switched off. Who manages the keys of its workspace can switch it on.") },
    key_expired: { says: t("The time of this API key is over. Make another, or take its successor.") },
    challenge_ended: { says: t("The code was asked for too long ago, or tried too often. Sign in again.") },
    sign_in_expired: { says: t("This sign-in was begun too long ago, or has ended. Begin again.") },
    provider_refused: { says: t("The other server did not let the sign-in pass"), words: true },
    provider_failed: { says: t("The other server did not answer as it must"), words: true },
    email_unverified: { says: t("Nobody vouches that this address is yours"), words: true },
    sign_up_closed: { says: t("This server takes no new people by itself. Ask for an invitation.") },
    identity_taken: { says: t("Somebody else signs in with this account. Give it up there first.") },
    last_way_in: { says: t("This is the only way into your account. Set a password or link another one first.") },
    still_needed: { says: t("Something depends on this account still"), words: true },
    forbidden: { says: t("You may not do this"), words: true },
    second_factor_needed: { says: t("This workspace demands a second factor"), words: true },
    not_found: { says: t("It is not there, or not yours"), words: true },
    workflow_not_found: { says: t("There is no such workflow here.") },
    version_not_found: { says: t("There is no such version of the workflow.") },
    execution_not_found: { says: t("There is no such execution here.") },
    credential_not_found: { says: t("There is no such credential here.") },
    variable_not_found: { says: t("There is no such variable here.") },
    node_not_found: { says: t("The workflow has no such node"), words: true },
    node_type_unknown: { says: t("This server does not know the type of a node"), words: true },
    webhook_taken: { says: t("Another workflow listens at this address already"), words: true },
    webhook_not_listening: { says: t("Nobody listens for a test call at this address.") },
    name_taken: { says: t("This name is taken"), words: true },
    revision_conflict: { says: t("Somebody else has changed it meanwhile. Look again, then repeat the change.") },
    workflow_invalid: { says: t("The workflow cannot be published or run like this"), words: true },
    workflow_not_published: { says: t("The workflow is not published.") },
    execution_state: { says: t("The execution is in no state for this"), words: true },
    wait_not_found: { says: t("Nothing waits for this answer any more.") },
    credential_restricted: { says: t("The credential is not shared with you"), words: true },
    credential_in_use: { says: t("Workflows use this credential"), words: true },
    format_unknown: { says: t("This is no workflow in a format that we read"), words: true },
    expression_failed: { says: t("The expression failed"), words: true },
    body_too_large: { says: t("This is more than is taken at once"), words: true },
    body_too_slow: { says: t("What was sent came too slowly. Send it once more, or less at once.") },
    too_many_requests: { says: t("This was asked too often. Try again in a while.") },
    overloaded: { says: t("The server has too much to do at the moment. Try again in a while.") },
    plan_limit: { says: t("The plan of the workspace has no room for more"), words: true },
    credits_used_up: { says: t("The workspace has not as many credits left.") },
    payments_off: { says: t("This server takes no payments.") },
    payment_failed: { says: t("The payment provider did not do what was asked"), words: true },
    backlog_full: { says: t("As many executions as the plan allows wait already. Nothing was accepted.") },
    workspace_inactive: { says: t("The workspace is deactivated: nothing begins here.") },
    timeout: { says: t("It takes longer than one may wait. It goes on by itself.") },
    execution_failed: { says: t("The execution failed"), words: true },
    store_unavailable: { says: t("The database cannot be reached. Nothing was changed. Try again in a while.") },
  };
}

export const knownCodes = () => Object.keys(known());

export function sentenceOf(code: string, message: string): string {
  if (i18next.language === "en") return message;
  const it = known()[code];
  if (!it) return message;
  return it.words ? `${it.says}: ${faultWords(message)}` : it.says;
}

export const silent = () => i18next.t("The server does not answer.");
