// Where links of mails lead: another password, an invitation, an address to confirm.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { session } from "~/api/session";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { say } from "~/ui/toast";
import { RegisterForm, SignInForm } from "./entry";
import { Frame, LINK, useSending } from "./frame";
import { wordOf } from "./word";

/** The word of the link, which then leaves the address bar: who looks over a shoulder must not have it. */
function useWord(): string {
  const [word, setWord] = useState(() => wordOf(window.location.hash));
  useEffect(() => {
    const take = () => {
      if (!window.location.hash) return;
      setWord(wordOf(window.location.hash));
      window.history.replaceState(window.history.state, "", window.location.pathname);
    };
    take();
    // Another link, put into the address bar of the same page.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return word;
}

/** What stands there when an address was opened without the word of a mail. */
function NoWord() {
  const { t } = useTranslation();
  return (
    <Frame
      title={t("This link is not whole")}
      about={t("Open it from the mail once more, or copy all of it into the address bar.")}
      foot={<Link to="/sign-in" className={LINK}>{t("Back to sign in")}</Link>}
    >
      {null}
    </Frame>
  );
}

export function Reset() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const word = useWord();
  const { onSubmit, isBusy, shown } = useSending(async () => {
    await body(api.POST("/api/auth/reset", { body: { token: word, password } }));
    session.end();
    say(t("The password is set. Sign in with it."));
    await navigate({ to: "/sign-in" });
  });
  if (!word) return <NoWord />;
  return (
    <Frame title={t("Choose a password")} about={t("All sessions of the account end.")} foot={<Link to="/forgot" className={LINK}>{t("Ask for another link")}</Link>}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField
          label={t("New password")}
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          autoFocus
          hint={t("At least 10 characters; three or four words are good.")}
          value={password}
          onValue={setPassword}
        />
        {shown}
        <Button type="submit" look="primary" disabled={isBusy}>{t("Set the password")}</Button>
      </form>
    </Frame>
  );
}

/** An invitation: taken by who has signed in or does so now, else with a new account. */
export function Join() {
  const { t } = useTranslation();
  const word = useWord();
  const [isIn, setIn] = useState(session.isKept());
  const [isKnown, setKnown] = useState(false);
  const change = (is: boolean, question: string, answer: string) => (
    <span>{question} <button type="button" className={LINK} onClick={() => setKnown(is)}>{answer}</button></span>
  );
  if (!word) return <NoWord />;
  if (isIn) return <Accept word={word} onOther={() => { session.end(); setIn(false); setKnown(true); }} />;
  const about = t("You are invited to a workspace. The invitation counts for the address that it was sent to.");
  if (isKnown) return <SignInForm about={about} foot={change(false, t("New here?"), t("Create an account"))} onDone={async () => setIn(true)} />;
  return <RegisterForm about={about} invitation={word} foot={change(true, t("Have an account?"), t("Sign in"))} />;
}

function Accept({ word, onOther }: { word: string; onOther: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { onSubmit, isBusy, shown } = useSending(async () => {
    const { workspaceId } = await body(api.POST("/api/auth/invitations/accept", { body: { token: word } }));
    const access = await body(api.POST("/api/workspaces/{id}/switch", { params: { path: { id: workspaceId } } }));
    session.renew(access.accessToken, access.expiresIn);
    await navigate({ to: "/" });
  });
  return (
    <Frame
      title={t("Join the workspace")}
      about={t("The invitation counts for the address that it was sent to.")}
      foot={<button type="button" className={`${LINK} self-start`} onClick={onOther}>{t("Sign in as somebody else")}</button>}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        {shown}
        <Button type="submit" look="primary" disabled={isBusy}>{t("Join")}</Button>
      </form>
    </Frame>
  );
}

/** Takes another address for an account, by a press too. */
export function NewEmail() {
  const { t } = useTranslation();
  const word = useWord();
  const client = useQueryClient();
  const confirm = useMutation({
    mutationFn: () => body(api.POST("/api/auth/email-change/confirm", { body: { token: word } })),
    onSuccess: () => client.resetQueries(),
  });
  if (!word) return <NoWord />;
  return (
    <Frame
      title={t("Is this your new address?")}
      about={confirm.isSuccess ? undefined : t("From then on you sign in with it, and mails come there.")}
      foot={<Link to="/" className={LINK}>{t("Go to Home")}</Link>}
    >
      {confirm.isSuccess && <p role="status" className="rounded-control bg-ok-soft px-3 py-2 text-ok">{t("Thank you. Your account has the new address.")}</p>}
      {confirm.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(confirm.error)}</p>}
      {!confirm.isSuccess && <Button look="primary" disabled={confirm.isPending} onClick={() => confirm.mutate()}>{t("Yes, it is mine")}</Button>}
    </Frame>
  );
}

/** Confirms an address by a press, so that a program that opens every link of a mail confirms nothing. */
export function Verify() {
  const { t } = useTranslation();
  const word = useWord();
  const confirm = useMutation({ mutationFn: () => body(api.POST("/api/auth/verify-email", { body: { token: word } })) });
  if (!word) return <NoWord />;
  return (
    <Frame
      title={t("Is this your address?")}
      about={confirm.isSuccess ? undefined : t("Say that the mail reached you.")}
      foot={<Link to="/" className={LINK}>{t("Go to Home")}</Link>}
    >
      {confirm.isSuccess && <p role="status" className="rounded-control bg-ok-soft px-3 py-2 text-ok">{t("Thank you. The address is known to be yours.")}</p>}
      {confirm.error && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{messageOf(confirm.error)}</p>}
      {!confirm.isSuccess && <Button look="primary" disabled={confirm.isPending} onClick={() => confirm.mutate()}>{t("Yes, it is mine")}</Button>}
    </Frame>
  );
}
