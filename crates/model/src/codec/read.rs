//! Bytes to records. Trusts nothing: a torn or foreign chunk is an error, never a panic.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use smol_str::SmolStr;
use uuid::Uuid;

use super::{Pages, Unreadable, tag};
use crate::{
    Item, ItemRef, Items, Map, Paired, Value,
    execution::{Answer, Mode, Status, WaitKind},
    id::{ExecutionId, WaitId},
    item::{Binary, Blob, Page},
    journal::{FORMAT, Record, Source, Started, Step, StepError},
    value::DEPTH_MAX,
};

pub(super) struct Reader<'a> {
    rest: &'a [u8],
    pages: &'a dyn Pages,
    containers: Vec<Value>,
    strings: Vec<SmolStr>,
    shapes: Vec<Vec<SmolStr>>,
    depth: usize,
}

type Result<T> = std::result::Result<T, Unreadable>;

fn broken<T>(what: &str) -> Result<T> {
    Err(Unreadable(what.to_owned()))
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], pages: &'a dyn Pages) -> Result<Reader<'a>> {
        match bytes.split_first() {
            Some((&FORMAT, rest)) => Ok(Reader {
                rest,
                pages,
                containers: vec![],
                strings: vec![],
                shapes: vec![],
                depth: 0,
            }),
            Some((other, _)) => {
                Err(Unreadable(format!("its format is {other}, newer than this version")))
            }
            None => broken("it is empty"),
        }
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn record(&mut self) -> Result<Record> {
        Ok(match self.byte()? {
            0 => Record::Started(self.started()?),
            1 => Record::Step(Arc::new(self.step()?)),
            2 => Record::EffectStarted {
                node: self.small()?,
                run: self.small()?,
                key: self.string()?,
                attempt: self.small()?,
            },
            3 => Record::EffectDone {
                node: self.small()?,
                run: self.small()?,
                key: self.string()?,
                result: self.value()?,
            },
            4 => Record::EffectFailed {
                node: self.small()?,
                run: self.small()?,
                key: self.string()?,
                message: self.string()?.to_string(),
            },
            5 => Record::Waiting {
                node: self.small()?,
                run: self.small()?,
                wait: WaitId(self.uuid()?),
                kind: self.one_of(&WaitKind::ALL)?,
                until: self.optional(Reader::time)?,
            },
            6 => Record::Resumed {
                node: self.small()?,
                run: self.small()?,
                wait: WaitId(self.uuid()?),
                answer: self.answer()?,
                at: self.time()?,
            },
            7 => Record::TryFailed {
                node: self.small()?,
                run: self.small()?,
                attempt: self.small()?,
                message: self.string()?.to_string(),
                at: self.time()?,
            },
            8 => Record::TakenUp { at: self.time()?, worker: self.string()? },
            9 => Record::Retried { at: self.time()? },
            10 => Record::Ended {
                status: self.one_of(&Status::ALL)?,
                at: self.time()?,
                error: self.optional(Reader::error)?,
            },
            other => return Err(Unreadable(format!("a record of unknown kind {other}"))),
        })
    }

    fn started(&mut self) -> Result<Started> {
        Ok(Started {
            at: self.time()?,
            mode: self.one_of(&Mode::ALL)?,
            node: self.small()?,
            items: self.lists()?,
            parent: self.optional(|it| Ok(ExecutionId(it.uuid()?)))?,
            replay_of: self.optional(|it| Ok(ExecutionId(it.uuid()?)))?,
            until: self.optional(Reader::small)?,
            given: self.many(Reader::step)?,
            seed: u64::from_le_bytes(self.array()?),
            depth: self.small()?,
        })
    }

    fn step(&mut self) -> Result<Step> {
        Ok(Step {
            node: self.small()?,
            run: self.small()?,
            started_at: self.time()?,
            duration_us: self.number()?,
            sources: self.many(|it| it.optional(Reader::source))?.into(),
            outputs: self.lists()?,
            error: self.optional(Reader::error)?,
            state: self.value()?,
            tries: self.small()?,
            log: self.many(|it| Ok(it.string()?.to_string()))?,
        })
    }

    fn source(&mut self) -> Result<Source> {
        Ok(Source { node: self.small()?, run: self.small()?, output: self.small()? as u16 })
    }

    fn lists(&mut self) -> Result<Vec<Items>> {
        self.many(Reader::items)
    }

    pub(super) fn items(&mut self) -> Result<Items> {
        let pages = self.many(|it| match it.byte()? {
            0 => Ok(Page::Here(Arc::new(it.many(Reader::item)?))),
            1 => {
                let count = it.small()? as usize;
                let id = it.string()?;
                Ok(Page::Away { count, source: it.pages.open(&id, count) })
            }
            _ => broken("a page of unknown kind"),
        })?;
        Ok(Items::from_pages(pages))
    }

    fn item(&mut self) -> Result<Item> {
        let flags = self.byte()?;
        let paired = match flags & 7 {
            0 => Paired::Unknown,
            1 => Paired::Nothing,
            2 => Paired::One(ItemRef { input: 0, item: self.small()? }),
            3 => Paired::One(self.item_ref()?),
            4 => Paired::Many(self.many(Reader::item_ref)?.into()),
            5 => Paired::Earlier { run: self.small()?, of: self.item_ref()? },
            _ => return broken("a pairing of unknown kind"),
        };
        let Value::Object(json) = self.value()? else {
            return broken("an item without an object");
        };
        let binary = if flags & 8 != 0 {
            let files = self.many(|it| Ok((it.string()?, it.binary()?)))?;
            Some(Arc::new(BTreeMap::from_iter(files)))
        } else {
            None
        };
        let error = if flags & 16 != 0 { Some(Arc::from(self.string()?.as_str())) } else { None };
        Ok(Item { json, binary, paired, error })
    }

    fn item_ref(&mut self) -> Result<ItemRef> {
        Ok(ItemRef { input: self.small()? as u16, item: self.small()? })
    }

    fn binary(&mut self) -> Result<Binary> {
        let data = match self.byte()? {
            0 => {
                let len = self.number()? as usize;
                Blob::Inline(Arc::from(self.take(len)?))
            }
            1 => Blob::Stored { id: self.string()?, bytes: self.number()? },
            _ => return broken("a file of unknown kind"),
        };
        Ok(Binary {
            data,
            mime_type: self.string()?,
            file_name: self.optional(Reader::string)?,
            file_extension: self.optional(Reader::string)?,
            directory: self.optional(Reader::string)?,
        })
    }

    fn value(&mut self) -> Result<Value> {
        Ok(match self.byte()? {
            tag::NULL => Value::Null,
            tag::FALSE => Value::Bool(false),
            tag::TRUE => Value::Bool(true),
            tag::INTEGER => {
                let it = self.number()?;
                Value::Number(((it >> 1) as i64 ^ -((it & 1) as i64)) as f64)
            }
            tag::FLOAT => Value::Number(f64::from_le_bytes(self.array()?)),
            tag::STRING => {
                let text = self.string()?;
                if text.len() >= 24 {
                    self.strings.push(text.clone());
                }
                Value::String(text)
            }
            tag::STRING_AGAIN => {
                let number = self.number()? as usize;
                match self.strings.get(number) {
                    Some(it) => Value::String(it.clone()),
                    None => return broken("a string that was never written"),
                }
            }
            tag::ARRAY => {
                let slot = self.enter()?;
                let array = Value::from(self.many(Reader::value)?);
                self.leave(slot, array)
            }
            tag::OBJECT => {
                let slot = self.enter()?;
                let keys = self.many(Reader::string)?;
                self.shapes.push(keys.clone());
                let map = self.fields(keys)?;
                self.leave(slot, map)
            }
            tag::SAME_SHAPE => {
                let slot = self.enter()?;
                let number = self.number()? as usize;
                let Some(keys) = self.shapes.get(number).cloned() else {
                    return broken("a shape that was never written");
                };
                let map = self.fields(keys)?;
                self.leave(slot, map)
            }
            tag::AGAIN => {
                let number = self.number()? as usize;
                match self.containers.get(number) {
                    Some(it) => it.clone(),
                    None => return broken("a value that was never written"),
                }
            }
            other => return Err(Unreadable(format!("a value of unknown kind {other}"))),
        })
    }

    fn fields(&mut self, keys: Vec<SmolStr>) -> Result<Value> {
        let mut map = Map::with_capacity(keys.len());
        for key in keys {
            map.insert(key, self.value()?);
        }
        Ok(Value::from(map))
    }

    /// Numbers a container in the order in which the writer met it: before its parts.
    fn enter(&mut self) -> Result<usize> {
        if self.depth > DEPTH_MAX + 8 {
            return broken("values nested too deep");
        }
        self.depth += 1;
        self.containers.push(Value::Null);
        Ok(self.containers.len() - 1)
    }

    fn leave(&mut self, slot: usize, value: Value) -> Value {
        self.depth -= 1;
        self.containers[slot] = value.clone();
        value
    }

    fn answer(&mut self) -> Result<Answer> {
        Ok(match self.byte()? {
            0 => Answer::Timeout,
            1 => Answer::Came(self.value()?),
            2 => Answer::Failed(self.string()?.to_string()),
            3 => Answer::Items(self.lists()?),
            _ => return broken("an answer of unknown kind"),
        })
    }

    fn error(&mut self) -> Result<StepError> {
        Ok(StepError {
            node: self.string()?,
            message: self.string()?.to_string(),
            description: self.optional(|it| Ok(it.string()?.to_string()))?,
            item: self.optional(Reader::small)?,
            http_status: self.optional(|it| Ok(it.small()? as u16))?,
        })
    }

    fn many<T>(&mut self, mut read: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.number()? as usize;
        // Every entry takes at least a byte, so a torn count cannot ask for more memory than that.
        let mut res = Vec::with_capacity(count.min(self.rest.len()));
        for _ in 0..count {
            res.push(read(self)?);
        }
        Ok(res)
    }

    fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        match self.byte()? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => broken("a flag that is neither 0 nor 1"),
        }
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Result<T> {
        let place = usize::from(self.byte()?);
        all.get(place)
            .copied()
            .ok_or_else(|| Unreadable("a word that is not on its list".to_owned()))
    }

    fn time(&mut self) -> Result<Timestamp> {
        Timestamp::from_microsecond(i64::from_le_bytes(self.array()?))
            .map_err(|_| Unreadable("a time out of range".to_owned()))
    }

    fn uuid(&mut self) -> Result<Uuid> {
        Ok(Uuid::from_bytes(self.array()?))
    }

    fn string(&mut self) -> Result<SmolStr> {
        let len = self.number()? as usize;
        match std::str::from_utf8(self.take(len)?) {
            Ok(text) => Ok(SmolStr::new(text)),
            Err(_) => broken("text that is not UTF-8"),
        }
    }

    fn small(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| Unreadable("a number out of range".to_owned()))
    }

    fn number(&mut self) -> Result<u64> {
        let mut res = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            res |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(res);
            }
        }
        broken("a number without an end")
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.take(N)?.try_into().expect("take gives what was asked"))
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        if len > self.rest.len() {
            return broken("it ends too early");
        }
        let (head, rest) = self.rest.split_at(len);
        self.rest = rest;
        Ok(head)
    }
}
