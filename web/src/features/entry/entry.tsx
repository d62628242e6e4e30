// The way in: sign in, make an account, ask for another password.
import { useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate, Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { session } from "~/api/session";
import type { SignedIn } from "~/api/types";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { safeAim } from "./aim";
import { CodePrompt } from "./code";
import { Frame, LINK, useSending } from "./frame";
import { PasskeyButton } from "./passkey";
import { Providers, useIsFirst } from "./providers";

export function SignIn() {
  const navigate = useNavigate();
  const go = async () => {
    await navigate({ to: safeAim(new URLSearchParams(window.location.search).get("to")) });
  };
  // There is nobody who could sign in.
  if (useIsFirst()) return <Navigate to="/register" replace />;
  return <SignInForm onDone={go} foot={<Elsewhere />} />;
}

function Elsewhere() {
  const { t } = useTranslation();
  return (
    <>
      <Link to="/forgot" className={LINK}>{t("I forgot my password")}</Link>
      <span>{t("New here?")} <Link to="/register" className={LINK}>{t("Create an account")}</Link></span>
    </>
  );
}

/** Asks for address and password, and for a code where the account wants one. */
export function SignInForm({ about, foot, onDone }: { about?: string; foot: ReactNode; onDone: () => Promise<void> }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [challenge, setChallenge] = useState("");
  const enter = async (signedIn: SignedIn) => {
    session.begin(signedIn);
    await onDone();
  };
  const { onSubmit, isBusy, shown } = useSending(async () => {
    const answer = await body(api.POST("/api/auth/login", { body: { email, password } }));
    if ("challenge" in answer) setChallenge(answer.challenge);
    else await enter(answer);
  });
  if (challenge) return <CodePrompt challenge={challenge} onSignedIn={enter} onBack={() => setChallenge("")} />;
  return (
    <Frame
      title={t("Sign in")}
      about={about}
      foot={foot}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField label={t("E-mail")} type="email" autoComplete="username" required autoFocus value={email} onValue={setEmail} />
        <TextField label={t("Password")} type="password" autoComplete="current-password" required value={password} onValue={setPassword} />
        {shown}
        <Button type="submit" look="primary" disabled={isBusy}>{t("Sign in")}</Button>
      </form>
      <PasskeyButton onSignedIn={enter} />
      <Providers />
    </Frame>
  );
}

export function Register() {
  const { t } = useTranslation();
  const isFirst = useIsFirst();
  return (
    <RegisterForm
      title={isFirst ? t("Set up this server") : undefined}
      about={isFirst ? t("Make the first account: it looks after this server. That is done on the machine itself, or by who has its key.") : t("With it comes a workspace of your own. Who was invited opens the link of the invitation.")}
      isAlone={isFirst}
      foot={<span>{t("Have an account?")} <Link to="/sign-in" className={LINK}>{t("Sign in")}</Link></span>}
    />
  );
}

/** Makes an account, with the word of an invitation where there is one. */
export function RegisterForm({ title, about, foot, invitation, isAlone }: { title?: string; about: string; foot: ReactNode; invitation?: string; isAlone?: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isAsked, setAsked] = useState(false);
  const { onSubmit, isBusy, shown } = useSending(async () => {
    const fields = { name, email, password, invitation };
    const answer = await body(api.POST("/api/auth/register", { body: fields }));
    if (!("accessToken" in answer)) {
      setAsked(true);
      return;
    }
    session.begin(answer);
    await client.invalidateQueries({ queryKey: ["providers"] });
    await navigate({ to: "/" });
  });
  if (isAsked) {
    return (
      <Frame title={t("Look into your mail")} foot={<Link to="/sign-in" className={LINK}>{t("Back to sign in")}</Link>}>
        <p role="status" className="rounded-control bg-ok-soft px-3 py-2 text-ok">{t("We have written to {{email}}. The account is made once you open the link there; then sign in with your password.", { email })}</p>
        <OnceMore email={email} />
      </Frame>
    );
  }
  return (
    <Frame
      title={title ?? t("Create an account")}
      about={about}
      foot={!isAlone && foot}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField label={t("Your name")} autoComplete="name" required autoFocus value={name} onValue={setName} />
        <TextField label={t("E-mail")} type="email" autoComplete="username" required value={email} onValue={setEmail} />
        <TextField
          label={t("Password")}
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          hint={t("At least 10 characters; three or four words are good.")}
          value={password}
          onValue={setPassword}
        />
        {shown}
        <Button type="submit" look="primary" disabled={isBusy}>{t("Create account")}</Button>
      </form>
      {!invitation && !isAlone && <Providers />}
    </Frame>
  );
}

function OnceMore({ email }: { email: string }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState("");
  const { onSubmit, isBusy, shown } = useSending(async () => {
    await body(api.POST("/api/auth/resend-verification", { body: { email } }));
    setSaid(t("Another mail is on its way. Look among the unwanted ones, too."));
  });
  return (
    <form onSubmit={onSubmit} className="flex flex-col items-start gap-3">
      {shown}
      {said ? <p role="status" className="text-text2">{said}</p> : <Button type="submit" disabled={isBusy}>{t("Send it once more")}</Button>}
    </form>
  );
}

export function Forgot() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [said, setSaid] = useState("");
  const { onSubmit, isBusy, shown } = useSending(async () => {
    await body(api.POST("/api/auth/forgot", { body: { email } }));
    // The same whether there is such an account or not, as the server has it.
    setSaid(t("If there is such an account, a mail is on its way."));
  });
  return (
    <Frame
      title={t("Another password")}
      about={t("We write to this address. The link counts for an hour.")}
      foot={<Link to="/sign-in" className={LINK}>{t("Back to sign in")}</Link>}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField label={t("E-mail")} type="email" autoComplete="username" required autoFocus value={email} onValue={setEmail} />
        {shown}
        {said && <p role="status" className="rounded-control bg-ok-soft px-3 py-2 text-ok">{said}</p>}
        <Button type="submit" look="primary" disabled={isBusy}>{t("Send the link")}</Button>
      </form>
    </Frame>
  );
}
