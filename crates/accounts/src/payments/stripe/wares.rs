//! Plans as they are for sale there: a product with a price that the plan's lookup key finds.

use model::Fault;
use serde_json::Value;

use super::{CREDITS, LOOKUP, Price, Stripe, failed, in_path, price};

/// In what is paid where nothing says otherwise.
const CURRENCY: &str = "usd";
const INTERVAL: &str = "month";
/// How many products are looked through for one.
const PRODUCTS_MAX: &str = "100";
const PRICES_MAX: &str = "10";

/// A plan that is to be for sale.
pub(in crate::payments) struct Ware<'a> {
    pub(in crate::payments) plan: &'a str,
    pub(in crate::payments) title: &'a str,
    pub(in crate::payments) description: &'a str,
    /// In the smallest unit of the currency.
    pub(in crate::payments) amount: u64,
}

impl Stripe {
    /// Puts a plan up for sale, or changes what it costs from now on; who pays for it already goes on as before.
    /// Asked again, it changes nothing.
    pub(in crate::payments) async fn sell(&self, it: &Ware<'_>) -> Result<Price, Fault> {
        let all = self.priced(&[it.plan, CREDITS]).await?;
        let known = all.iter().find_map(|found| price(found).filter(|found| found.plan == it.plan));
        let product = self.product(it, known.as_ref()).await?;
        if let Some(known) = known.as_ref().filter(|known| known.amount == it.amount) {
            return Ok(known.clone());
        }
        let key = format!("{LOOKUP}{}", it.plan);
        let amount = it.amount.to_string();
        let sold_in = all.iter().find_map(|it| it["currency"].as_str());
        let currency = known.as_ref().map(|it| it.currency.as_str()).or(sold_in);
        let interval = known.as_ref().map_or(INTERVAL, |it| it.interval.as_str());
        let fields = [
            ("product", product.as_str()),
            ("currency", currency.unwrap_or(CURRENCY)),
            ("unit_amount", &amount),
            ("recurring[interval]", interval),
            ("lookup_key", &key),
            ("transfer_lookup_key", "true"),
            ("metadata[plan]", it.plan),
        ];
        let made = self.ask("POST", "prices", &fields).await?;
        if let Some(known) = &known {
            self.end_price(&known.id).await?;
        }
        price(&made).ok_or_else(|| failed("it named no price"))
    }

    /// The product of a plan, which says what the plan is.
    async fn product(&self, it: &Ware<'_>, known: Option<&Price>) -> Result<String, Fault> {
        let mut fields = vec![("name", it.title)];
        if !it.description.is_empty() {
            fields.push(("description", it.description));
        }
        if let Some(known) = known {
            let path = format!("products/{}", in_path(&known.product)?);
            self.ask("POST", &path, &fields).await?;
            return Ok(known.product.clone());
        }
        fields.push(("metadata[plan]", it.plan));
        let made = self.ask("POST", "products", &fields).await?;
        made["id"].as_str().map(str::to_owned).ok_or_else(|| failed("it named no product"))
    }

    /// Takes a plan off sale.
    pub(in crate::payments) async fn withdraw(&self, plan: &str) -> Result<(), Fault> {
        let all = self.priced(&[plan]).await?;
        for it in all.iter().filter_map(price) {
            self.end_price(&it.id).await?;
        }
        Ok(())
    }

    async fn end_price(&self, id: &str) -> Result<(), Fault> {
        let path = format!("prices/{}", in_path(id)?);
        self.ask("POST", &path, &[("active", "false")]).await.map(|_| ())
    }

    /// Makes the price of a product that somebody made there the price of a plan. `None`: there is no such product, or
    /// it has no price that comes back.
    pub(in crate::payments) async fn take_up(
        &self,
        title: &str,
        plan: &str,
    ) -> Result<Option<(Product, Price)>, Fault> {
        let asked = [("active", "true"), ("limit", PRODUCTS_MAX)];
        let found = self.ask("GET", "products", &asked).await?;
        let is_named = |it: &&Value| {
            it["name"].as_str().is_some_and(|it| it.to_lowercase() == title.to_lowercase())
        };
        let Some(product) = found["data"].as_array().into_iter().flatten().find(is_named) else {
            return Ok(None);
        };
        let (Some(id), Some(name)) = (product["id"].as_str(), product["name"].as_str()) else {
            return Err(failed("it named no product"));
        };
        let asked =
            [("product", id), ("active", "true"), ("type", "recurring"), ("limit", PRICES_MAX)];
        let found = self.ask("GET", "prices", &asked).await?;
        let Some(first) = found["data"][0]["id"].as_str() else { return Ok(None) };
        let key = format!("{LOOKUP}{plan}");
        let fields = [("lookup_key", key.as_str()), ("transfer_lookup_key", "true")];
        let path = format!("prices/{}", in_path(first)?);
        let said = self.ask("POST", &path, &fields).await?;
        let description = product["description"].as_str().unwrap_or_default().to_owned();
        let price = price(&said).ok_or_else(|| failed("it named no price"))?;
        Ok(Some((Product { title: name.to_owned(), description }, price)))
    }
}

/// What is said of a product there.
pub(in crate::payments) struct Product {
    pub(in crate::payments) title: String,
    pub(in crate::payments) description: String,
}
