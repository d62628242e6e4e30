//! What is for sale there: products, and prices that lookup keys find.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::{Form, Path, RawQuery, State},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{Answer, House, done, refused, told};

/// Products and prices, the newest last.
pub(super) struct Wares {
    products: Vec<Value>,
    prices: Vec<Value>,
}

impl Default for Wares {
    fn default() -> Wares {
        let recurring = json!({"interval": "month"});
        let price = |name: &str, amount: u32, recurring: Value| {
            json!({
                "id": format!("price_{name}"),
                "product": format!("prod_{name}"),
                "lookup_key": format!("tailorbird_{name}"),
                "unit_amount": amount,
                "currency": "eur",
                "recurring": recurring,
                "active": true,
            })
        };
        let gold = json!({"id": "price_gold", "product": "prod_gold", "lookup_key": null, "unit_amount": 9_900,
            "currency": "eur", "recurring": recurring, "active": true});
        Wares {
            // One that somebody made there.
            products: vec![json!({"id": "prod_gold", "name": "Gold", "description": "All of it"})],
            prices: vec![
                price("starter", 900, recurring.clone()),
                price("pro", 4_900, recurring.clone()),
                price("credits", 1, Value::Null),
                gold,
            ],
        }
    }
}

impl Wares {
    /// Every price, also those that are not active any more.
    pub(super) fn prices(&self) -> Vec<Value> {
        self.prices.clone()
    }

    /// A lookup key finds one price at most.
    fn give_key(&mut self, key: &str, transfers: bool) -> Result<(), &'static str> {
        for it in self.prices.iter_mut().filter(|it| it["lookup_key"] == key) {
            if !transfers {
                return Err("another price has this lookup key");
            }
            it["lookup_key"] = Value::Null;
        }
        Ok(())
    }
}

pub(super) fn routes() -> Router<House> {
    Router::new()
        .route("/v1/prices", get(prices).post(new_price))
        .route("/v1/prices/{id}", post(change_price))
        .route("/v1/products", get(products).post(new_product))
        .route("/v1/products/{id}", post(change_product))
}

async fn prices(State(house): State<House>, RawQuery(query): RawQuery) -> Answer {
    let query = query.unwrap_or_default();
    let asked: Vec<(&str, &str)> = query.split('&').filter_map(|it| it.split_once('=')).collect();
    let keys: Vec<&str> =
        asked.iter().filter(|it| it.0 == "lookup_keys%5B%5D").map(|it| it.1).collect();
    if keys.len() > 10 {
        return refused("too many lookup keys");
    }
    let product = asked.iter().find(|it| it.0 == "product").map(|it| it.1);
    let is_wanted = |it: &&Value| {
        let fits = product.is_none_or(|product| it["product"] == product);
        it["active"] == true
            && fits
            && (keys.is_empty() || keys.iter().any(|key| it["lookup_key"] == *key))
    };
    let known = house.open();
    let found: Vec<&Value> = known.wares.prices.iter().rev().filter(is_wanted).collect();
    done(json!({ "data": found }))
}

async fn new_price(
    State(house): State<House>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    let field = |name: &str| form.get(name).cloned();
    let amount = field("unit_amount").and_then(|it| it.parse::<u64>().ok());
    let (Some(product), Some(currency), Some(amount)) =
        (field("product"), field("currency"), amount)
    else {
        return refused("a price has a product, a currency and an amount");
    };
    let key = field("lookup_key");
    let made = {
        let mut known = house.open();
        if let Some(key) = &key
            && let Err(why) = known.wares.give_key(key, form.contains_key("transfer_lookup_key"))
        {
            return refused(why);
        }
        let id = format!("price_{}", known.wares.prices.len());
        let recurring = json!({"interval": field("recurring[interval]")});
        let made = json!({"id": id, "product": product, "lookup_key": key, "unit_amount": amount,
            "currency": currency, "recurring": recurring, "active": true});
        known.wares.prices.push(made.clone());
        made
    };
    told(&house, "prices", form, made)
}

async fn change_price(
    State(house): State<House>,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    let changed = {
        let mut known = house.open();
        if let Some(key) = form.get("lookup_key")
            && let Err(why) = known.wares.give_key(key, form.contains_key("transfer_lookup_key"))
        {
            return refused(why);
        }
        let Some(it) = known.wares.prices.iter_mut().find(|it| it["id"] == id) else {
            return refused("no such price");
        };
        if let Some(key) = form.get("lookup_key") {
            it["lookup_key"] = json!(key);
        }
        if form.get("active").is_some_and(|it| it == "false") {
            it["active"] = json!(false);
        }
        it.clone()
    };
    told(&house, &format!("prices/{id}"), form, changed)
}

async fn products(State(house): State<House>) -> Answer {
    done(json!({"data": house.open().wares.products}))
}

async fn new_product(
    State(house): State<House>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    let made = {
        let mut known = house.open();
        let id = format!("prod_{}", known.wares.products.len());
        let made =
            json!({"id": id, "name": form.get("name"), "description": form.get("description")});
        known.wares.products.push(made.clone());
        made
    };
    told(&house, "products", form, made)
}

async fn change_product(
    State(house): State<House>,
    Path(id): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    told(&house, &format!("products/{id}"), form, json!({ "id": id }))
}
