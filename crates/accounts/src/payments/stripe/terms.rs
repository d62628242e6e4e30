//! Another plan for a subscription that goes on: what it would cost, and the change.

use model::Fault;
use store::payments::Subscriber;

use super::{Price, Stripe, failed, in_path};

/// What the next bill would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// In the smallest unit of the currency; less than nothing where something is given back.
    pub amount_due: i64,
    pub currency: String,
}

impl Stripe {
    pub(in crate::payments) async fn preview(
        &self,
        of: &Subscriber,
        price: &Price,
    ) -> Result<Preview, Fault> {
        let item = self.item(of).await?;
        let fields = [
            ("customer", of.customer.as_str()),
            ("subscription", &of.subscription),
            ("subscription_details[items][0][id]", &item),
            ("subscription_details[items][0][price]", &price.id),
            ("subscription_details[proration_behavior]", "create_prorations"),
        ];
        let bill = self.ask("POST", "invoices/create_preview", &fields).await?;
        let found = bill["amount_due"].as_i64().zip(bill["currency"].as_str());
        let (amount_due, currency) = found.ok_or_else(|| failed("it named no amount"))?;
        Ok(Preview { amount_due, currency: currency.to_owned() })
    }

    /// The plan counts once an event says so.
    pub(in crate::payments) async fn change(
        &self,
        of: &Subscriber,
        price: &Price,
    ) -> Result<(), Fault> {
        let item = self.item(of).await?;
        let fields = [
            ("items[0][id]", item.as_str()),
            ("items[0][price]", &price.id),
            ("proration_behavior", "create_prorations"),
            ("metadata[plan]", &price.plan),
        ];
        let path = format!("subscriptions/{}", in_path(&of.subscription)?);
        self.ask("POST", &path, &fields).await.map(|_| ())
    }

    /// The line of the subscription that its plan stands in.
    async fn item(&self, of: &Subscriber) -> Result<String, Fault> {
        let path = format!("subscriptions/{}", in_path(&of.subscription)?);
        let found = self.ask("GET", &path, &[]).await?;
        let id = found["items"]["data"][0]["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| failed("the subscription there has no item"))
    }
}
