//! A workspace as clients of another system read it: counts, limits and terms in their words.

use jiff::Timestamp;
use model::{
    Value,
    id::WorkspaceId,
    plan::{Limit, Limits},
    subscription::{Status, Subscription},
};
use serde::Serialize;
use store::{subscriptions::Standing, usage::Usage};
use utoipa::ToSchema;

use crate::schema;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tenant {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
    /// The plan whose limits count, in capitals.
    plan: String,
    status: TenantStatus,
    /// What clients keep of how things are to look for all; `null` before one has.
    #[schema(value_type = schema::Data)]
    settings: Value,
    /// What else they keep.
    #[schema(value_type = schema::Data)]
    metadata: Value,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// One.
    subscriptions: Vec<Terms>,
    #[serde(rename = "_count")]
    count: TenantCounts,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum TenantStatus {
    Active,
    /// Deactivated: nothing begins there.
    Suspended,
    /// Closed: it will be removed.
    Cancelled,
}

/// What there is. Of what nobody can make yet there is none.
#[derive(Serialize, ToSchema)]
struct TenantCounts {
    /// Who is not suspended.
    users: u64,
    agents: u64,
    conversations: u64,
    documents: u64,
    channels: u64,
    workflows: u64,
}

/// On which terms the workspace has its plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TenantSubscription)]
pub(super) struct Terms {
    /// A workspace has one, which bears its id.
    #[schema(value_type = String)]
    id: WorkspaceId,
    plan: String,
    status: TermsStatus,
    /// Until when it is paid; absent is for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) end_date: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    trial_end: Option<Timestamp>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = TenantSubscriptionStatus)]
enum TermsStatus {
    Trial,
    Active,
    PastDue,
    Canceled,
    Expired,
}

impl Terms {
    pub(super) fn of(id: WorkspaceId, it: &Subscription, now: Timestamp) -> Terms {
        Terms {
            id,
            plan: capitals(&it.plan.name),
            status: match it.status_at(now) {
                Status::Trialing => TermsStatus::Trial,
                Status::Active => TermsStatus::Active,
                Status::PastDue => TermsStatus::PastDue,
                Status::Canceled => TermsStatus::Canceled,
                Status::Expired => TermsStatus::Expired,
            },
            end_date: it.period_ends_at,
            trial_end: it.trial_ends_at,
        }
    }
}

impl Tenant {
    pub(super) fn of(
        it: &store::workspaces::Workspace,
        standing: &Standing,
        (used, n_active): (&Usage, u64),
        kept: &Value,
        now: Timestamp,
    ) -> Tenant {
        let terms = &standing.subscription;
        let field = |name: &str| {
            kept.as_object().and_then(|it| it.get(name)).cloned().unwrap_or(Value::Null)
        };
        Tenant {
            id: it.id,
            name: it.name.to_string(),
            plan: capitals(&terms.plan_at(now).name),
            status: match (it.ends_at, standing.paused_at) {
                (Some(_), _) => TenantStatus::Cancelled,
                (None, Some(_)) => TenantStatus::Suspended,
                (None, None) => TenantStatus::Active,
            },
            settings: field("settings"),
            metadata: field("metadata"),
            created_at: it.created_at,
            subscriptions: vec![Terms::of(it.id, terms, now)],
            count: TenantCounts {
                users: n_active,
                agents: 0,
                conversations: 0,
                documents: 0,
                channels: 0,
                workflows: used.workflows,
            },
        }
    }
}

/// What is used of a plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TenantUsage {
    plan: String,
    period: String,
    current: Amounts,
    /// `-1` is as much as one likes.
    limits: Amounts,
    period_activity: PeriodActivity,
    /// Of a hundred; 0 where there is no limit.
    utilization: Shares,
}

/// People and invitations, what they made, executions of this month, and bytes of files.
#[derive(Serialize, ToSchema)]
#[schema(as = TenantAmounts)]
struct Amounts {
    users: i64,
    agents: i64,
    documents: i64,
    channels: i64,
    conversations: i64,
    workflows: i64,
    executions: i64,
    storage: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TenantShares)]
struct Shares {
    users: f64,
    agents: f64,
    documents: f64,
    channels: f64,
    conversations: f64,
    workflows: f64,
    executions: f64,
    storage: f64,
}

/// What happened in the period.
#[derive(Serialize, ToSchema)]
struct PeriodActivity {
    /// Those that ended.
    executions: u64,
    conversations: u64,
    messages: u64,
}

impl TenantUsage {
    pub(super) fn of(
        terms: &Subscription,
        used: &Usage,
        (period, n_executions): (&str, u64),
        now: Timestamp,
    ) -> TenantUsage {
        let (current, limits) = (Amounts::used(used), Amounts::most(&terms.limits_at(now)));
        TenantUsage {
            plan: capitals(&terms.plan_at(now).name),
            period: period.to_owned(),
            utilization: Shares::of(&current, &limits),
            current,
            limits,
            period_activity: PeriodActivity {
                executions: n_executions,
                conversations: 0,
                messages: 0,
            },
        }
    }
}

impl Amounts {
    fn used(it: &Usage) -> Amounts {
        Amounts {
            users: whole(it.members),
            // Nobody can make one yet.
            agents: 0,
            documents: 0,
            channels: 0,
            conversations: 0,
            workflows: whole(it.workflows),
            executions: whole(it.executions),
            storage: whole(it.storage_bytes),
        }
    }

    fn most(limits: &Limits) -> Amounts {
        let most = |limit: Limit| limits.of(limit).map_or(-1, whole);
        Amounts {
            users: most(Limit::Members),
            agents: most(Limit::Agents),
            documents: -1,
            channels: -1,
            conversations: -1,
            workflows: most(Limit::Workflows),
            executions: most(Limit::Executions),
            storage: most(Limit::StorageBytes),
        }
    }
}

impl Shares {
    fn of(used: &Amounts, most: &Amounts) -> Shares {
        let share = |used: i64, most: i64| match most {
            ..0 => 0.0,
            0.. => (used as f64 * 10_000.0 / most.max(1) as f64).round() / 100.0,
        };
        Shares {
            users: share(used.users, most.users),
            agents: share(used.agents, most.agents),
            documents: share(used.documents, most.documents),
            channels: share(used.channels, most.channels),
            conversations: share(used.conversations, most.conversations),
            workflows: share(used.workflows, most.workflows),
            executions: share(used.executions, most.executions),
            storage: share(used.storage, most.storage),
        }
    }
}

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A plan's name as they write it.
fn capitals(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use model::plan::Plan;

    use super::*;

    #[test]
    fn what_is_used_is_held_against_the_plan() {
        let terms = Subscription::to(Plan::named("free").unwrap());
        let used = Usage { members: 1, workflows: 5, executions: 250, ..Usage::default() };
        let it = TenantUsage::of(&terms, &used, ("7d", 12), Timestamp::UNIX_EPOCH);
        assert_eq!((it.plan.as_str(), it.period_activity.executions), ("FREE", 12));
        assert_eq!((it.limits.users, it.limits.documents), (2, -1));
        assert_eq!(
            (it.utilization.users, it.utilization.workflows, it.utilization.executions),
            (50.0, 100.0, 25.0)
        );
        let terms = Subscription::to(Plan::unlimited());
        let it = TenantUsage::of(&terms, &used, ("7d", 12), Timestamp::UNIX_EPOCH);
        assert_eq!((it.limits.users, it.utilization.users), (-1, 0.0));
    }
}
