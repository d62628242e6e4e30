//! Records, each as its kind and its fields.

use super::Writer;
use crate::{
    execution::{Answer, Mode, Status, WaitKind},
    journal::{Record, Source, Started, Step, StepError},
};

impl Writer {
    pub(in crate::codec) fn record(&mut self, record: &Record) -> Result<(), String> {
        match record {
            Record::Started(it) => {
                self.byte(0);
                self.started(it)?;
            }
            Record::Step(it) => {
                self.byte(1);
                self.step(it)?;
            }
            Record::EffectStarted { node, run, key, attempt } => {
                self.place(2, *node, *run);
                self.string(key);
                self.number(u64::from(*attempt));
            }
            Record::EffectDone { node, run, key, result } => {
                self.place(3, *node, *run);
                self.string(key);
                self.value(result);
            }
            Record::EffectFailed { node, run, key, message } => {
                self.place(4, *node, *run);
                self.string(key);
                self.string(message);
            }
            Record::Waiting { node, run, wait, kind, until } => {
                self.place(5, *node, *run);
                self.bytes.extend_from_slice(wait.0.as_bytes());
                self.byte(position(&WaitKind::ALL, kind));
                self.optional(until.as_ref(), |it, at| it.time(*at));
            }
            Record::Resumed { node, run, wait, answer, at } => {
                self.place(6, *node, *run);
                self.bytes.extend_from_slice(wait.0.as_bytes());
                self.answer(answer)?;
                self.time(*at);
            }
            Record::TryFailed { node, run, attempt, message, at } => {
                self.place(7, *node, *run);
                self.number(u64::from(*attempt));
                self.string(message);
                self.time(*at);
            }
            Record::TakenUp { at, worker } => {
                self.byte(8);
                self.time(*at);
                self.string(worker);
            }
            Record::Retried { at } => {
                self.byte(9);
                self.time(*at);
            }
            Record::Ended { status, at, error } => {
                self.byte(10);
                self.byte(position(&Status::ALL, status));
                self.time(*at);
                self.optional(error.as_ref(), Writer::error);
            }
        }
        Ok(())
    }

    fn started(&mut self, it: &Started) -> Result<(), String> {
        self.time(it.at);
        self.byte(position(&Mode::ALL, &it.mode));
        self.number(u64::from(it.node));
        self.lists(&it.items)?;
        self.optional(it.parent.as_ref(), |it, id| it.bytes.extend_from_slice(id.0.as_bytes()));
        self.optional(it.replay_of.as_ref(), |it, id| it.bytes.extend_from_slice(id.0.as_bytes()));
        self.optional(it.until.as_ref(), |it, node| it.number(u64::from(*node)));
        self.number(it.given.len() as u64);
        for step in &it.given {
            self.step(step)?;
        }
        self.bytes.extend_from_slice(&it.seed.to_le_bytes());
        self.number(u64::from(it.depth));
        Ok(())
    }

    fn step(&mut self, it: &Step) -> Result<(), String> {
        self.number(u64::from(it.node));
        self.number(u64::from(it.run));
        self.time(it.started_at);
        self.number(it.duration_us);
        self.number(it.sources.len() as u64);
        for source in it.sources.iter() {
            self.optional(source.as_ref(), |it, Source { node, run, output }| {
                it.number(u64::from(*node));
                it.number(u64::from(*run));
                it.number(u64::from(*output));
            });
        }
        self.lists(&it.outputs)?;
        self.optional(it.error.as_ref(), Writer::error);
        self.value(&it.state);
        self.number(u64::from(it.tries));
        self.number(it.log.len() as u64);
        for line in &it.log {
            self.string(line);
        }
        Ok(())
    }

    fn answer(&mut self, it: &Answer) -> Result<(), String> {
        match it {
            Answer::Timeout => self.byte(0),
            Answer::Came(value) => {
                self.byte(1);
                self.value(value);
            }
            Answer::Failed(message) => {
                self.byte(2);
                self.string(message);
            }
            Answer::Items(lists) => {
                self.byte(3);
                self.lists(lists)?;
            }
        }
        Ok(())
    }

    fn error(&mut self, it: &StepError) {
        self.string(&it.node);
        self.string(&it.message);
        self.optional(it.description.as_ref(), |it, text| it.string(text));
        self.optional(it.item.as_ref(), |it, item| it.number(u64::from(*item)));
        self.optional(it.http_status.as_ref(), |it, status| it.number(u64::from(*status)));
    }

    fn place(&mut self, kind: u8, node: u32, run: u32) {
        self.byte(kind);
        self.number(u64::from(node));
        self.number(u64::from(run));
    }
}

fn position<T: PartialEq>(all: &[T], it: &T) -> u8 {
    all.iter().position(|other| other == it).expect("a closed list holds all its words") as u8
}
