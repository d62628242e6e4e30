//! Charges for credits that workspaces buy by themselves: sent, looked after until the provider says how they end,
//! and told to owners when there is no money.
//!
//! What is sent stands in the store before it is, so that a process that dies charges nobody twice: the next one
//! sends the same under the same key, as long as the provider remembers keys, and looks for the charge after that.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use model::Fault;
use store::{
    Store,
    recharges::{End, Open, Terms},
};
use tokio::{
    sync::Notify,
    task::{JoinHandle, JoinSet},
};

use super::{
    recharge::{cost, letter},
    stripe::{Outcome, Stripe},
};
use crate::{failure::fault, mail::Post};

/// How many charges are looked after at once.
const BATCH: u32 = 10;
/// For how long a charge is one process's; longer than all calls for one.
const OURS: SignedDuration = SignedDuration::from_mins(5);
/// How often it is looked for charges that are due.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// As long a charge is sent again; the provider remembers its key for a day.
const SENT_MAX: SignedDuration = SignedDuration::from_hours(23);
/// As long it may be undecided.
const OPEN_MAX: SignedDuration = SignedDuration::from_hours(24 * 14);
/// How soon it is asked how an undecided one stands, when no event tells.
const ASK_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// The pause before the second try; it doubles.
const PAUSE: SignedDuration = SignedDuration::from_secs(20);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);

/// The task that charges.
pub(crate) struct Cashier {
    bell: Arc<Notify>,
    task: JoinHandle<()>,
}

/// What it takes.
#[derive(Clone)]
pub(crate) struct Till {
    pub(crate) store: Store,
    pub(crate) stripe: Stripe,
    pub(crate) base_url: String,
    /// Absent where no mails are sent.
    pub(crate) post: Option<Arc<Post>>,
}

impl Cashier {
    pub(crate) fn open(till: Till) -> Cashier {
        let bell = Arc::new(Notify::new());
        let task = tokio::spawn(work(till, bell.clone()));
        Cashier { bell, task }
    }

    /// A charge may be due.
    pub(crate) fn ring(&self) {
        self.bell.notify_one();
    }

    /// What goes on is looked after by the next process.
    pub(crate) fn close(&self) {
        self.task.abort();
    }
}

impl Drop for Cashier {
    fn drop(&mut self) {
        self.close();
    }
}

async fn work(till: Till, bell: Arc<Notify>) {
    loop {
        while look(&till).await == BATCH as usize {}
        // Whichever comes first; what is due again comes with the next look.
        let _ = tokio::time::timeout(LOOK_EVERY, bell.notified()).await;
    }
}

/// Looks after what is due, up to a batch. Gives how many it was.
async fn look(till: &Till) -> usize {
    let now = Timestamp::now();
    let due = match till.store.take_recharges(BATCH, now + OURS, now).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!("charges for credits wait: {error}");
            return 0;
        }
    };
    let n = due.len();
    let mut all = JoinSet::new();
    for it in due {
        let till = till.clone();
        all.spawn(async move { till.look_after(&it).await });
    }
    while all.join_next().await.is_some() {}
    n
}

/// What is known of a charge.
enum Known {
    So(Outcome),
    /// Nobody wants it any more, and it was never sent.
    Unwanted,
}

impl Till {
    async fn look_after(&self, it: &Open) {
        let written = match self.pursue(it).await {
            Ok(Known::So(outcome)) => self.write(it, outcome).await,
            Ok(Known::Unwanted) => self.end(it, None, None).await,
            Err(why) => {
                tracing::warn!(workspace = %it.workspace, charge = %it.id, "a charge waits: {}", why.message);
                let again = Timestamp::now() + pause(it.tries);
                self.store.recharge_goes_on(it, None, again).await.map_err(fault)
            }
        };
        if let Err(why) = written {
            tracing::warn!(workspace = %it.workspace, charge = %it.id,
                "what became of a charge is not written down, so it is looked at again: {}", why.message);
        }
    }

    async fn pursue(&self, it: &Open) -> Result<Known, Fault> {
        let age = Timestamp::now().duration_since(it.created_at);
        let gone = || Known::So(Outcome::Failed { payment: None, reason: "unreachable" });
        if age > OPEN_MAX {
            return Ok(gone());
        }
        if let Some(payment) = &it.payment {
            return self.stripe.look(payment).await.map(Known::So);
        }
        let is_young = age <= SENT_MAX;
        match &it.terms {
            None if !it.is_wanted => Ok(Known::Unwanted),
            None if !is_young => Ok(gone()),
            None => self.begin(it).await,
            Some(terms) if it.is_wanted && is_young => {
                self.stripe.charge(it, terms).await.map(Known::So)
            }
            // It may have been sent; nothing is sent any more.
            Some(terms) => Ok(match self.stripe.find(it, terms).await? {
                Some(outcome) => Known::So(outcome),
                None if it.is_wanted => gone(),
                None => Known::Unwanted,
            }),
        }
    }

    /// Sends a charge for the first time.
    async fn begin(&self, it: &Open) -> Result<Known, Fault> {
        let failed = |reason| Ok(Known::So(Outcome::Failed { payment: None, reason }));
        let Some(customer) = self.store.customer(it.workspace).await.map_err(fault)? else {
            return failed("no_card");
        };
        let price = self.stripe.credit_price().await?;
        let Ok(amount) = cost(price.amount, it.credits) else { return failed("refused") };
        let Some(card) = self.stripe.card(&customer).await? else { return failed("no_card") };
        let terms = Terms { customer, card, amount, currency: price.currency };
        if !self.store.recharge_terms(it, &terms).await.map_err(fault)? {
            return Err(Fault::internal("another process has begun it"));
        }
        self.stripe.charge(it, &terms).await.map(Known::So)
    }

    async fn write(&self, it: &Open, outcome: Outcome) -> Result<(), Fault> {
        let now = Timestamp::now();
        match outcome {
            Outcome::Paid(paid) => {
                let what = (it.id, it.credits);
                self.store
                    .recharge_paid(None, it.workspace, what, &paid, now)
                    .await
                    .map_err(fault)?;
                Ok(())
            }
            Outcome::Open(payment) => {
                let again = now + ASK_AGAIN;
                self.store.recharge_goes_on(it, Some(&payment), again).await.map_err(fault)
            }
            Outcome::Failed { payment, reason } => {
                self.end(it, payment.as_deref(), Some(reason)).await
            }
        }
    }

    async fn end(
        &self,
        it: &Open,
        payment: Option<&str>,
        reason: Option<&'static str>,
    ) -> Result<(), Fault> {
        let letter = match (reason, &self.post) {
            (Some(reason), Some(_)) => {
                letter(&self.store, &self.base_url, it.workspace, reason).await?
            }
            _ => None,
        };
        let end = End { reason, payment, letter: letter.as_ref() };
        let now = Timestamp::now();
        let ended = self.store.recharge_failed(None, it.workspace, it.id, end, now).await;
        if ended.map_err(fault)?
            && let Some(post) = &self.post
        {
            post.ring();
        }
        Ok(())
    }
}

/// The pause after so many tries.
fn pause(tries: u32) -> SignedDuration {
    let factor = 1_i32 << tries.saturating_sub(1).min(15);
    PAUSE.saturating_mul(factor).min(PAUSE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit() {
        let seconds = |tries| pause(tries).as_secs();
        assert_eq!([1, 2, 3, 8, 9, 40].map(seconds), [20, 40, 80, 2_560, 3_600, 3_600]);
    }
}
