// Single sign-on: finds the provider of an address or of a workspace, and goes there.
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "~/api/client";
import { Button } from "~/ui/button";
import { TextField } from "~/ui/field";
import { Frame, LINK, useSending } from "./frame";

export function Sso() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const { onSubmit, isBusy, shown } = useSending(async () => {
    const { url } = await body(api.POST("/api/auth/saml/find", { body: { text } }));
    if (!url) throw new Error(t("Nobody has single sign-on for this. Ask who looks after your workspace where to begin."));
    window.location.assign(url);
  });
  return (
    <Frame
      title={t("Single sign-on")}
      about={t("You sign in at your organization's own pages and come back here.")}
      foot={<Link to="/sign-in" className={LINK}>{t("Back to sign in")}</Link>}
    >
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <TextField label={t("Your e-mail, or the id of your workspace")} required autoFocus autoComplete="username" maxLength={254} value={text} onValue={setText} />
        {shown}
        <Button type="submit" look="primary" disabled={isBusy}>{t("Continue")}</Button>
      </form>
    </Frame>
  );
}
