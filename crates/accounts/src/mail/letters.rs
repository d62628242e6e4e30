//! What is written in mails.

use model::Secret;
use store::mails::Letter;

use crate::Email;

/// Asks whether the address is the person's.
pub(crate) fn verify(to: &Email, name: &str, base_url: &str, word: &Secret) -> Letter {
    let link = format!("{base_url}/app/verify#{}", word.expose());
    Letter {
        to: to.as_str().into(),
        subject: "Is this your address?".to_owned(),
        text: format!(
            "Hello {name},\n\n\
             an account was made with this address at {base_url}. Open this within three days to say \
             that it is yours:\n\n{link}\n\n\
             If it was not you, do nothing.\n"
        ),
    }
}

/// Asks whether somebody who makes an account reads the mails of its address.
pub(crate) fn confirm(to: &Email, name: &str, base_url: &str, word: &Secret) -> Letter {
    let link = format!("{base_url}/app/verify#{}", word.expose());
    Letter {
        to: to.as_str().into(),
        subject: "Is this your address?".to_owned(),
        text: format!(
            "Hello {name},\n\n\
             somebody wants an account with this address at {base_url}. If it is you, open this within a day, and \
             then sign in with the password that you chose:\n\n{link}\n\n\
             If it was not you, do nothing: no account is made.\n"
        ),
    }
}

/// Tells a person who has an account that somebody wanted one with the same address.
pub(crate) fn already(to: &Email, name: &str, base_url: &str, word: &Secret) -> Letter {
    let link = format!("{base_url}/app/reset#{}", word.expose());
    Letter {
        to: to.as_str().into(),
        subject: "You have an account already".to_owned(),
        text: format!(
            "Hello {name},\n\n\
             somebody wanted an account with this address at {base_url}, and you have one: sign in with your \
             password there. If you do not know it any more, open this within an hour to set \
             another:\n\n{link}\n\n\
             If it was not you, do nothing: nothing has changed.\n"
        ),
    }
}

/// Asks whether another address is the person's.
pub(crate) fn another_address(to: &Email, name: &str, base_url: &str, word: &Secret) -> Letter {
    let link = format!("{base_url}/app/email#{}", word.expose());
    Letter {
        to: to.as_str().into(),
        subject: "Is this your new address?".to_owned(),
        text: format!(
            "Hello {name},\n\n\
             somebody wants to use this address for an account at {base_url}. Open this within a day to \
             say that it is yours:\n\n{link}\n\n\
             If it was not you, do nothing.\n"
        ),
    }
}

/// Tells a person that somebody wants the address that is his account's for another account.
pub(crate) fn address_in_use(to: &Email, base_url: &str) -> Letter {
    Letter {
        to: to.as_str().into(),
        subject: "Your address is in use".to_owned(),
        text: format!(
            "Hello,\n\n\
             somebody wants to use this address for another account at {base_url}, and it is the address of \
             yours. An address is of one account only: to use it there, give this account another one or end \
             it first, and ask again.\n\n\
             If it was not you, do nothing: nothing has changed.\n"
        ),
    }
}

/// Tells the address that a person had that it is the person's no more.
pub(crate) fn address_changed(to: &Email, name: &str, base_url: &str, now: &str) -> Letter {
    Letter {
        to: to.as_str().into(),
        subject: "Your address was changed".to_owned(),
        text: format!(
            "Hello {name},\n\n\
             your account at {base_url} has the address {now} from now on; mails come there, and you sign in \
             with it. Links that were sent here before open nothing any more.\n\n\
             If it was not you, tell who looks after the server at once.\n"
        ),
    }
}

/// Lets a person set another password.
pub(crate) fn new_password(to: &Email, name: &str, base_url: &str, word: &Secret) -> Letter {
    // Behind the `#`, so that no log of a server on the way has it.
    let link = format!("{base_url}/app/reset#{}", word.expose());
    Letter {
        to: to.as_str().into(),
        subject: "A new password".to_owned(),
        text: format!(
            "Hello {name},\n\n\
             somebody asked for a new password for your account at {base_url}. Open this within an hour \
             to set one:\n\n{link}\n\n\
             If it was not you, do nothing: your password stays what it is.\n"
        ),
    }
}

/// Tells the owner of a workspace that credits are not bought by themselves any more.
pub(crate) fn recharge_off(
    to: &Email,
    name: &str,
    workspace: &str,
    base_url: &str,
    why: &str,
) -> Letter {
    let link = format!("{base_url}/app/settings/credits");
    Letter {
        to: to.as_str().into(),
        subject: format!("No credits were bought for {workspace}"),
        text: format!(
            "Hello {name},\n\n\
             the workspace {workspace} at {base_url} ran low on credits, and smart recharge could not buy more: \
             {why}. Nothing was paid. Smart recharge is switched off now, so that it is not tried again and \
             again.\n\n\
             Change the card under Settings, Plan and usage, then switch it on again here:\n\n{link}\n"
        ),
    }
}

/// Asks somebody to join a workspace.
pub(crate) fn invitation(
    to: &Email,
    by: &str,
    workspace: &str,
    base_url: &str,
    word: &Secret,
    days: u32,
) -> Letter {
    let link = format!("{base_url}/app/join#{}", word.expose());
    Letter {
        to: to.as_str().into(),
        subject: format!("Join {workspace}"),
        text: format!(
            "Hello,\n\n\
             {by} invites you to the workspace {workspace} at {base_url}. Open this within {days} days to \
             join:\n\n{link}\n\n\
             If you do not want to, do nothing.\n"
        ),
    }
}
