// A button that signs in with a passkey; nothing where the browser has none for this address.
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { SignedIn } from "~/api/types";
import { hasPasskeys, signWithPasskey, wasLeft } from "~/lib/passkey";
import { Button } from "~/ui/button";

export function PasskeyButton({ onSignedIn }: { onSignedIn: (it: SignedIn) => Promise<void> }) {
  const { t } = useTranslation();
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  if (!hasPasskeys()) return null;
  const enter = async () => {
    const asked = await body(api.POST("/api/auth/passkeys/challenge"));
    await onSignedIn(await body(api.POST("/api/auth/passkeys/sign-in", { body: await signWithPasskey(asked) })));
  };
  const press = () => {
    setBusy(true);
    setFault("");
    enter()
      .catch((error: unknown) => setFault(wasLeft(error) ? t("The device did not answer. Try again, or sign in otherwise.") : messageOf(error)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button icon={<KeyRound size={16} strokeWidth={1.75} />} disabled={isBusy} onClick={press}>{t("Sign in with a passkey")}</Button>
      {fault && <p role="alert" className="rounded-control bg-err-soft px-3 py-2 text-err">{fault}</p>}
    </>
  );
}
