//! Plans: those that come with the product, and what who looks after the server wrote in their place or beside them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::plan::{Limit, Limits, PLANS, Plan};
use serde_json::{Value, json};

use crate::{
    Error, Store,
    audit::{Note, PLATFORM},
    error::damaged,
    queue::parked::all_look_again_any_workspace,
    sql::{Tx, cells_of},
    workflows::next_generation_any_workspace,
};

/// As many can be written.
pub const PLANS_MAX: usize = 100;

/// A plan, and what is said of it where it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub plan: Plan,
    pub description: String,
    /// What people are told that it brings.
    pub features: Vec<String>,
    /// For how many days it is to try before it is paid.
    pub trial_days: u32,
    /// Whether it is offered; who has it keeps it.
    pub is_active: bool,
    /// It is given by agreement.
    pub is_enterprise: bool,
}

impl Offer {
    /// As a plan is offered of which nothing else was said.
    pub fn of(plan: &Plan) -> Offer {
        Offer {
            plan: plan.clone(),
            description: String::new(),
            features: vec![],
            trial_days: 0,
            is_active: true,
            is_enterprise: false,
        }
    }

    /// How it lies in the database, and stands in the audit log.
    fn written(&self) -> Value {
        let limits: BTreeMap<&str, Option<u64>> =
            Limit::ALL.into_iter().map(|it| (it.as_str(), self.plan.limits.of(it))).collect();
        json!({
            "title": self.plan.title.as_str(),
            "description": self.description,
            "features": self.features,
            "limits": limits,
            "trialDays": self.trial_days,
            "isActive": self.is_active,
            "isEnterprise": self.is_enterprise,
        })
    }
}

/// A plan by its name and what was written of it.
pub(crate) fn read(name: &str, written: Option<&str>) -> Result<Offer, Error> {
    let known = Plan::named(name);
    let Some(written) = written else {
        let plan = known.ok_or_else(|| damaged("a subscription to an unknown plan"))?;
        return Ok(Offer::of(plan));
    };
    let it: Value = serde_json::from_str(written).map_err(damaged)?;
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let mut limits = known.map_or(Limits::NONE, |it| it.limits);
    for limit in Limit::ALL {
        // One that was not known when it was written is as it comes with the product.
        if let Some(max) = it["limits"].get(limit.as_str()) {
            limits = limits.with(limit, max.as_u64());
        }
    }
    Ok(Offer {
        plan: Plan { name: name.into(), title: text(&it["title"]).into(), limits },
        description: text(&it["description"]),
        features: it["features"].as_array().into_iter().flatten().map(text).collect(),
        trial_days: it["trialDays"].as_u64().and_then(|it| it.try_into().ok()).unwrap_or_default(),
        is_active: it["isActive"].as_bool().unwrap_or_default(),
        is_enterprise: it["isEnterprise"].as_bool().unwrap_or_default(),
    })
}

impl Store {
    /// All plans: those that come with the product, the smallest first, then the others in the order in which they
    /// were made, and the one without limits last.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn offers(&self) -> Result<Vec<Offer>, Error> {
        self.offers_any_workspace().await
    }

    async fn offers_any_workspace(&self) -> Result<Vec<Offer>, Error> {
        let sql =
            format!("SELECT name, offer FROM plans ORDER BY created_at, name LIMIT {PLANS_MAX}");
        let mut made = self.0.db.rows::<(String, String)>(sql, vec![]).await?;
        let mut res = vec![];
        for plan in &PLANS {
            let written = made.iter().position(|it| it.0 == plan.name);
            let written = written.map(|at| made.remove(at).1);
            res.push(read(&plan.name, written.as_deref())?);
        }
        let last = res.pop();
        for (name, written) in made {
            res.push(read(&name, Some(&written))?);
        }
        res.extend(last);
        Ok(res)
    }

    /// # Errors
    /// [`Error::Damaged`], [`Error::Database`].
    pub async fn offer(&self, name: &str) -> Result<Option<Offer>, Error> {
        let sql = "SELECT offer FROM plans WHERE name = $1 -- workspace_id";
        let found = self.0.db.row::<(String,)>(sql, cells_of![name]).await?;
        match (found, Plan::named(name)) {
            (Some(it), _) => read(name, Some(&it.0)).map(Some),
            (None, Some(plan)) => Ok(Some(Offer::of(plan))),
            (None, None) => Ok(None),
        }
    }

    /// Makes a plan.
    ///
    /// # Errors
    /// [`Error::Taken`] when there is one of this name, [`Error::Refused`] when there are too many,
    /// [`Error::Database`].
    pub async fn add_offer(&self, it: &Offer, now: Timestamp) -> Result<(), Error> {
        let name = it.plan.name.as_str();
        let taken = || Error::Taken(format!("there is a plan `{name}` already; change that one"));
        if Plan::named(name).is_some() {
            return Err(taken());
        }
        let mut tx = self.0.db.begin().await?;
        let sql = "SELECT COUNT(*) FROM plans -- workspace_id";
        let n = tx.rows::<(i64,)>(sql, vec![]).await?.first().map_or(0, |it| it.0 as usize);
        // Those that come with the product may all be written as well.
        if n + PLANS.len() >= PLANS_MAX {
            tx.undo().await?;
            let message = format!("there are {n} plans; change one of them");
            return Err(Error::Refused(message));
        }
        let sql = "INSERT INTO plans (name, offer, created_at, changed_at) VALUES ($1, $2, $3, $3) \
                   ON CONFLICT (name) DO NOTHING -- workspace_id";
        if tx.run(sql, cells_of![name, it.written().to_string(), now]).await? == 0 {
            tx.undo().await?;
            return Err(taken());
        }
        tx.note(Note::of(PLATFORM, "plan.create", name).became(it.written()));
        tx.commit().await
    }

    /// Changes a plan, for everybody who has it and at once. Only one that there is, see [`Store::offer`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn put_offer(&self, it: &Offer, now: Timestamp) -> Result<(), Error> {
        let name = it.plan.name.as_str();
        let mut tx = self.0.db.begin().await?;
        let was = held(&mut tx, name).await?;
        let sql = "INSERT INTO plans (name, offer, created_at, changed_at) VALUES ($1, $2, $3, $3) \
                   ON CONFLICT (name) DO UPDATE SET offer = excluded.offer, changed_at = excluded.changed_at \
                   -- workspace_id";
        tx.run(sql, cells_of![name, it.written().to_string(), now]).await?;
        // What waits for room looks again whether there is any now, and who remembers limits reads them anew.
        all_look_again_any_workspace(&mut tx, now).await?;
        let note = Note::of(PLATFORM, "plan.update", name).became(it.written());
        tx.note(match was {
            Some(was) => note.was(was.written()),
            None => note,
        });
        let generation = next_generation_any_workspace(&mut tx).await?;
        tx.commit().await?;
        self.saw_generation(generation);
        Ok(())
    }
}

async fn held(tx: &mut Tx, name: &str) -> Result<Option<Offer>, Error> {
    let lock = tx.for_update();
    let sql = format!("SELECT offer FROM plans WHERE name = $1{lock} -- workspace_id");
    match tx.rows::<(String,)>(sql, cells_of![name]).await?.first() {
        Some(it) => read(name, Some(&it.0)).map(Some),
        None => Ok(Plan::named(name).map(Offer::of)),
    }
}
