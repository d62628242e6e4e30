// The second factor of one's sign-ins: set up, confirmed, and turned off.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body, messageOf } from "~/api/client";
import type { Schemas } from "~/api/types";
import { useTimes } from "~/lib/language";
import { Button } from "~/ui/button";
import { useCopy } from "~/ui/copy";
import { TextField } from "~/ui/field";
import { Loading, Trouble } from "~/ui/page";
import { say } from "~/ui/toast";

const KEY = ["two-factor"];

export function TwoFactor() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const state = useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/auth/two-factor")) });
  const [setUp, setSetUp] = useState<Schemas["TwoFactorSetUp"]>();
  const [codes, setCodes] = useState<string[]>();
  const onCodes = (it: Schemas["RecoveryCodes"]) => {
    setSetUp(undefined);
    setCodes(it.recoveryCodes);
    void client.invalidateQueries({ queryKey: KEY });
  };
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold">{t("Second factor")}</h2>
      {codes && <Codes codes={codes} onDone={() => setCodes(undefined)} />}
      {!codes && setUp && <Confirm setUp={setUp} onCodes={onCodes} onCancel={() => setSetUp(undefined)} />}
      {state.isPending && <Loading rows={1} label={t("Reading the second factor")} />}
      {!state.data && state.isError && <Trouble title={t("The second factor could not be read.")} message={messageOf(state.error)} again={() => void state.refetch()} againLabel={t("Try again")} />}
      {!codes && !setUp && state.data?.enabled && <On state={state.data} onCodes={onCodes} />}
      {!codes && !setUp && state.data?.enabled === false && <Off onSetUp={setSetUp} />}
    </section>
  );
}

/** A form of one field; shows under it what the server said against it. */
function OneField({ label, kind, action, send, children }: { label: string; kind: "password" | "code"; action: string; send: (value: string) => Promise<void>; children?: ReactNode }) {
  const [value, setValue] = useState("");
  const sent = useMutation({ mutationFn: send });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sent.mutate(value);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <TextField
        label={label}
        type={kind === "password" ? "password" : "text"}
        autoComplete={kind === "password" ? "current-password" : "one-time-code"}
        required
        value={value}
        onValue={setValue}
        fault={sent.error ? messageOf(sent.error) : undefined}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={sent.isPending}>{action}</Button>
        {children}
      </div>
    </form>
  );
}

function Off({ onSetUp }: { onSetUp: (it: Schemas["TwoFactorSetUp"]) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="text-text2">{t("Sign in with a code of an authenticator app besides the password.")}</p>
      <OneField
        label={t("Current password")}
        kind="password"
        action={t("Set up")}
        send={async (password) => onSetUp(await body(api.POST("/api/auth/two-factor/set-up", { body: { password } })))}
      />
    </>
  );
}

function Confirm({ setUp, onCodes, onCancel }: { setUp: Schemas["TwoFactorSetUp"]; onCodes: (it: Schemas["RecoveryCodes"]) => void; onCancel: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="text-text2">{t("Scan this with your authenticator app, or type the key in. Then enter the code that it shows.")}</p>
      <img className="size-48 self-start rounded-control bg-white p-2" alt={t("QR code for an authenticator app")} src={`data:image/svg+xml;utf8,${encodeURIComponent(setUp.qrSvg)}`} />
      <code className="break-all">{setUp.secret}</code>
      <OneField
        label={t("Code")}
        kind="code"
        action={t("Turn on")}
        send={async (code) => onCodes(await body(api.POST("/api/auth/two-factor/confirm", { body: { code } })))}
      >
        <Button look="quiet" onClick={onCancel}>{t("Cancel")}</Button>
      </OneField>
    </>
  );
}

function Codes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const copy = useCopy();
  return (
    <>
      <p className="text-text2">{t("Keep these recovery codes somewhere safe: each lets you in once without the device. They are not shown again.")}</p>
      <ul aria-label={t("Recovery codes")} className="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-1">
        {codes.map((it) => <li key={it}><code>{it}</code></li>)}
      </ul>
      <div className="flex gap-2">
        <Button onClick={() => copy(codes.join("\n"))}>{t("Copy")}</Button>
        <Button look="primary" onClick={onDone}>{t("I have kept them")}</Button>
      </div>
    </>
  );
}

function On({ state, onCodes }: { state: Schemas["TwoFactor"]; onCodes: (it: Schemas["RecoveryCodes"]) => void }) {
  const { t } = useTranslation();
  const times = useTimes();
  const client = useQueryClient();
  const [wish, setWish] = useState<"renew" | "off">();
  const since = state.since ? times.exact(state.since) : "";
  const renew = async (password: string) => onCodes(await body(api.POST("/api/auth/two-factor/recovery-codes", { body: { password } })));
  const turnOff = async (password: string) => {
    await body(api.POST("/api/auth/two-factor/disable", { body: { password } }));
    await client.invalidateQueries({ queryKey: KEY });
    say(t("The second factor is off."));
  };
  return (
    <>
      <p className="text-text2">{t("On since {{since}}. {{n}} recovery codes are left.", { since, n: state.recoveryCodesLeft })}</p>
      {wish ? (
        <OneField key={wish} label={t("Current password")} kind="password" action={wish === "off" ? t("Turn off") : t("Make other codes")} send={wish === "off" ? turnOff : renew}>
          <Button look="quiet" onClick={() => setWish(undefined)}>{t("Cancel")}</Button>
        </OneField>
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setWish("renew")}>{t("Make other codes")}</Button>
          <Button onClick={() => setWish("off")}>{t("Turn off")}</Button>
        </div>
      )}
    </>
  );
}
