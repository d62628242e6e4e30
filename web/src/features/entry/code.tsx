// The second half of a sign-in: a code of an authenticator app, or a recovery code.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Failure } from "~/api/client";
import type { SignedIn } from "~/api/types";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { say } from "~/ui/toast";
import { Frame, LINK, useSending } from "./frame";
import { PasskeyButton } from "./passkey";

interface CodePromptProps {
  challenge: string;
  onSignedIn: (it: SignedIn) => Promise<void>;
  onBack: () => void;
}

export function CodePrompt({ challenge, onSignedIn, onBack }: CodePromptProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const { onSubmit, isBusy, shown } = useSending(async () => {
    try {
      await onSignedIn(await body(api.POST("/api/auth/two-factor/sign-in", { body: { challenge, code } })));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "challenge_ended") throw error;
      say(error.message, "error");
      onBack();
    }
  });
  return (
    <Frame
      title={t("Enter your code")}
      about={t("Your authenticator app shows it. Without the device, use one of your recovery codes.")}
      foot={<button type="button" className={`${LINK} self-start`} onClick={onBack}>{t("Back to sign in")}</button>}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField label={t("Code")} autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} required autoFocus value={code} onValue={setCode} />
        {shown}
        <Button type="submit" look="primary" disabled={isBusy}>{t("Sign in")}</Button>
      </form>
      <PasskeyButton onSignedIn={onSignedIn} />
    </Frame>
  );
}
