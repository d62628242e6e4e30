//! Credits: what a workspace may spend, of its plan first and of what it bought after that.

/// What is left to spend. What is reserved is in neither pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Account {
    /// Of the plan's, this month. What is left of them goes with the month.
    pub plan: u64,
    /// Bought or given; stays.
    pub extra: u64,
    /// The month that `plan` is of.
    pub month: i64,
    /// So many the plan gave in that month.
    pub given: u64,
}

/// So much of each pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Split {
    pub plan: u64,
    pub extra: u64,
}

impl Split {
    pub fn sum(self) -> u64 {
        self.plan.saturating_add(self.extra)
    }
}

/// What was reserved in a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reserved {
    pub split: Split,
    pub month: i64,
}

impl Account {
    pub fn left(&self) -> u64 {
        self.plan.saturating_add(self.extra)
    }

    /// As it is in a month in which the plan gives so many. A larger plan gives the difference at once.
    pub fn in_month(self, month: i64, given: u64) -> Account {
        if month > self.month {
            return Account { plan: given, month, given, ..self };
        }
        let more = given.saturating_sub(self.given);
        Account { plan: self.plan.saturating_add(more), given: self.given.max(given), ..self }
    }

    /// Takes credits out, the plan's first; `None`: there are not enough.
    pub fn reserve(self, n: u64) -> Option<(Account, Reserved)> {
        let plan = n.min(self.plan);
        let split = Split { plan, extra: n - plan };
        let extra = self.extra.checked_sub(split.extra)?;
        let left = Account { plan: self.plan - plan, extra, ..self };
        Some((left, Reserved { split, month: self.month }))
    }

    /// Spends so many of what was reserved, and puts the others back: the bought ones all, the plan's while
    /// their month lasts. `None`: it is more than was reserved.
    pub fn settle(self, reserved: Reserved, spent: u64) -> Option<(Account, Split)> {
        let plan = spent.min(reserved.split.plan);
        let spent = Split { plan, extra: spent - plan };
        let back_extra = reserved.split.extra.checked_sub(spent.extra)?;
        let back_plan = reserved.split.plan - plan;
        let back_plan = if reserved.month == self.month { back_plan } else { 0 };
        let left = Account {
            plan: self.plan + back_plan,
            extra: self.extra.saturating_add(back_extra),
            ..self
        };
        Some((left, spent))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_plans_go_first_and_come_back_last() {
        let account = Account { plan: 10, extra: 5, month: 1, given: 10 };
        assert_eq!(account.reserve(16), None);
        let (left, reserved) = account.reserve(12).unwrap();
        assert_eq!((left.plan, left.extra, reserved.split), (0, 3, Split { plan: 10, extra: 2 }));
        assert_eq!(left.settle(reserved, 13), None);
        let (back, spent) = left.settle(reserved, 4).unwrap();
        assert_eq!((back.plan, back.extra, spent), (6, 5, Split { plan: 4, extra: 0 }));
    }

    #[test]
    fn what_a_month_gave_goes_with_it() {
        let (left, reserved) =
            Account { plan: 10, extra: 5, month: 1, given: 10 }.reserve(12).unwrap();
        let next = left.in_month(2, 10);
        let (back, _) = next.settle(reserved, 0).unwrap();
        assert_eq!((back.plan, back.extra), (10, 5));
        assert_eq!(back.in_month(1, 10), back, "no clock that goes back gives anything");
        assert_eq!(back.in_month(2, 25).plan, 25, "a larger plan gives more at once");
        assert_eq!(back.in_month(2, 25).in_month(2, 10).in_month(2, 25).plan, 25);
    }

    #[derive(Clone, Copy, Debug)]
    enum Deed {
        Reserve(u64),
        /// Of the oldest reservation, so many hundredths.
        Settle(u64),
        Buy(u64),
    }

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let one = prop_oneof![
            (0..200_u64).prop_map(Deed::Reserve),
            (0..=100_u64).prop_map(Deed::Settle),
            (0..100_u64).prop_map(Deed::Buy),
        ];
        proptest::collection::vec(one, 0..60)
    }

    proptest! {
        /// What came in is what is left, what is reserved and what was spent, after any deeds.
        #[test]
        fn nothing_is_lost_and_nothing_comes_from_nowhere(deeds in deeds()) {
            let mut account = Account { plan: 100, extra: 50, month: 1, given: 100 };
            let (mut came, mut spent) = (150, 0);
            let mut open: Vec<Reserved> = vec![];
            for deed in deeds {
                match deed {
                    Deed::Reserve(n) => match account.reserve(n) {
                        Some((left, it)) => {
                            prop_assert_eq!(it.split.sum(), n);
                            account = left;
                            open.push(it);
                        }
                        None => prop_assert!(n > account.left()),
                    },
                    Deed::Settle(part) if !open.is_empty() => {
                        let it = open.remove(0);
                        let n = it.split.sum() * part / 100;
                        let (left, split) = account.settle(it, n).unwrap();
                        prop_assert_eq!(split.sum(), n);
                        spent += n;
                        account = left;
                    }
                    Deed::Settle(_) => {}
                    Deed::Buy(n) => {
                        account.extra += n;
                        came += n;
                    }
                }
                let held: u64 = open.iter().map(|it| it.split.sum()).sum();
                prop_assert_eq!(account.left() + held + spent, came);
                prop_assert!(account.plan <= 100);
            }
        }
    }
}
