// What stands there while the workspace wants a second factor of oneself: the set-up, and the ways round it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import { meQuery, useMe } from "~/api/me";
import { Passkeys } from "~/features/settings/passkeys";
import { TwoFactor } from "~/features/settings/two-factor";
import { Button } from "~/ui/button";
import { Mark } from "~/ui/mark";
import { useTitle } from "~/ui/page";
import { say } from "~/ui/toast";

interface Ways {
  onDone: () => void;
  onSwitch: (id: string) => void;
  onSignOut: () => void;
}

export function FactorNeeded({ onDone, onSwitch, onSignOut }: Ways) {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(t("A second factor is needed"));
  const others = (me?.workspaces ?? []).filter((it) => it.id !== me?.workspace?.id);
  return (
    <main className="flex min-h-full flex-col items-center overflow-y-auto px-4 py-[8vh]">
      <div className="flex w-full max-w-md flex-col gap-6">
        <div className="flex items-center gap-2 text-title font-semibold"><Mark size={28} /> Tailorbird</div>
        <div className="flex flex-col gap-2">
          <h1 className="text-display font-semibold">{t("A second factor is needed")}</h1>
          <p className="text-read break-words">{t("The workspace “{{name}}” asks for one. Set up a code of an authenticator app or a passkey, then go on.", { name: me?.workspace?.name ?? "" })}</p>
        </div>
        <TwoFactor />
        <Passkeys />
        <GoOn onDone={onDone} onSignOut={onSignOut} />
        {others.length > 0 && (
          <section className="flex flex-col gap-2">
            <h2 className="font-semibold">{t("Or go to another workspace")}</h2>
            {others.map((it) => <Button key={it.id} className="self-start" onClick={() => onSwitch(it.id)}>{it.name}</Button>)}
          </section>
        )}
        <Button look="quiet" className="self-start" onClick={onSignOut}>{t("Sign out")}</Button>
      </div>
    </main>
  );
}

/** Stays shut until there is a second factor; recovery codes are read before. One that was shown in no sign-in yet is. */
function GoOn({ onDone, onSignOut }: Pick<Ways, "onDone" | "onSignOut">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const codes = useQuery({ queryKey: ["two-factor"], queryFn: () => body(api.GET("/api/auth/two-factor")) });
  const passkeys = useQuery({ queryKey: ["passkeys"], queryFn: () => body(api.GET("/api/auth/passkeys", { params: { query: { pageSize: 50 } } })) });
  const hasOne = codes.data?.enabled === true || (passkeys.data?.items.length ?? 0) > 0;
  const [isAgain, setAgain] = useState(false);
  const go = async () => {
    const me = await client.fetchQuery({ ...meQuery, staleTime: 0 });
    if (me.needsSecondFactor) return setAgain(true);
    onDone();
    void client.resetQueries();
  };
  if (isAgain) {
    return (
      <div role="status" className="flex flex-col gap-2">
        <p>{t("It counts once you have signed in with it: with the passkey, or with the password and a code.")}</p>
        <Button look="primary" className="self-start" onClick={onSignOut}>{t("Sign in again")}</Button>
      </div>
    );
  }
  return <Button look="primary" className="self-start" disabled={!hasOne} onClick={() => void go().catch((error: unknown) => say(messageOf(error), "error"))}>{t("Go on to the workspace")}</Button>;
}
