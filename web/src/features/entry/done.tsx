// Where a provider's sign-in ends: the code behind the `#` is exchanged for the tokens, or it is said why not.
import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Failure, messageOf } from "~/api/client";
import { session } from "~/api/session";
import type { SignedIn } from "~/api/types";
import { say } from "~/ui/toast";
import { takeAim } from "./aim";
import { CodePrompt } from "./code";
import { Frame, LINK } from "./frame";

export function SignInDone() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const router = useRouter();
  const why = useReasons();
  const [fault, setFault] = useState("");
  const [challenge, setChallenge] = useState("");
  const isBegun = useRef(false);
  const enter = (it: SignedIn) => {
    session.begin(it);
    // With what stands behind `?` and `#`, which a route does not take in one piece.
    router.history.replace(`/app${takeAim()}`);
    return Promise.resolve();
  };
  const go = async () => {
    const said = new URLSearchParams(window.location.hash.slice(1));
    // A code counts once: neither a reload nor the history is to bring it again.
    window.history.replaceState(window.history.state, "", window.location.pathname);
    const code = said.get("code");
    if (said.has("linked")) {
      say(t("The account is linked."));
      await navigate({ to: "/settings/$part", params: { part: "profile" }, replace: true });
    } else if (code) {
      const answer = await body(api.POST("/api/auth/exchange", { body: { code } }));
      if ("challenge" in answer) setChallenge(answer.challenge);
      else await enter(answer);
    } else {
      setFault(why(said.get("error") ?? "sign_in_expired"));
    }
  };
  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    go().catch((error: unknown) => setFault(error instanceof Failure ? why(error.code, error.message) : messageOf(error)));
  });
  if (challenge) return <CodePrompt challenge={challenge} onSignedIn={enter} onBack={() => void navigate({ to: "/sign-in" })} />;
  const isIn = session.isKept();
  return (
    <Frame
      title={fault ? t("That did not work") : t("One moment")}
      foot={
        fault &&
        (isIn ? (
          <Link to="/settings/$part" params={{ part: "profile" }} className={LINK}>{t("Back to your profile")}</Link>
        ) : (
          <Link to="/sign-in" className={LINK}>{t("Back to sign in")}</Link>
        ))
      }
    >
      {fault ? <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{fault}</p> : <p role="status">{t("You are being signed in.")}</p>}
    </Frame>
  );
}

/** What the codes of the server mean here; it knows the way out, and the address holds only the code. */
function useReasons() {
  const { t } = useTranslation();
  const reasons: Record<string, string> = {
    sign_in_expired: t("This sign-in was begun elsewhere, too long ago, or has ended already. Begin again."),
    provider_refused: t("The other side did not let the sign-in pass. Perhaps you said no there, or may not use it."),
    provider_failed: t("The other side did not answer as it must. Try again; the log of the server says more."),
    email_unverified: t("Nobody vouches that the address of this account is yours. Sign in with your password, or ask for a new one, and link the account in your profile."),
    sign_up_closed: t("This server takes no new people by itself. Ask for an invitation."),
    identity_taken: t("Somebody else signs in with this account. It can be given up in that person's profile."),
  };
  return (code: string, otherwise?: string) => reasons[code] ?? otherwise ?? t("The sign-in failed. Begin again.");
}
