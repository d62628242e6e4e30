//! A platform for cases: plain `{{ $json.path }}` expressions, a fixed clock, no world.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use jiff::{Timestamp, tz::TimeZone};
use model::{
    Item, Items, Map, Value,
    execution::Mode,
    item::{Blob, Page},
};
use sdk::{
    Credential, Host, NodeError,
    ctx::{Begin, Call, EffectKey},
    http,
    trigger::Response,
};
use smol_str::{SmolStr, format_smolstr};

pub(crate) struct TestHost {
    case: Value,
    input: Vec<Items>,
    expressions: Vec<String>,
    http: http::Client,
    sandbox: expr::Sandbox,
    pub(super) log: Mutex<Vec<String>>,
    pub(super) responses: Mutex<Vec<Response>>,
    /// What effects gave: a second run of the node on this host finds it again.
    effects: Mutex<BTreeMap<SmolStr, Value>>,
}

impl TestHost {
    pub(crate) fn new(case: &Value) -> TestHost {
        let policy = http::Policy { allow_private: true, ..http::Policy::default() };
        TestHost {
            case: case.clone(),
            input: super::cases::lists(case.get("input")),
            expressions: vec![],
            http: http::Client::new(policy),
            sandbox: expr::Sandbox::default(),
            log: Mutex::default(),
            responses: Mutex::default(),
            effects: Mutex::default(),
        }
    }

    /// The number under which an expression is evaluated later.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        self.expressions.push(text.to_owned());
        (self.expressions.len() - 1) as u32
    }

    fn name(&self, name: &str, item: usize, extra: &[(SmolStr, Value)]) -> Option<Value> {
        let json = || self.input.first()?.get(item).ok()??.value().into();
        let (root, path) = name.split_at(name.find(['.', '[']).unwrap_or(name.len()));
        let value: Option<Value> = match root {
            "$json" => json(),
            "$itemIndex" => Some(item.into()),
            other => extra.iter().find(|(it, _)| it == other).map(|(_, it)| it.clone()),
        };
        value?.at(path.strip_prefix('.').unwrap_or(path)).cloned()
    }
}

#[async_trait]
impl Host for TestHost {
    fn eval(
        &self,
        number: u32,
        item: usize,
        extra: &[(SmolStr, Value)],
    ) -> Result<Option<Value>, NodeError> {
        let text = &self.expressions[number as usize];
        let whole = text.trim().strip_prefix("{{").and_then(|it| it.strip_suffix("}}"));
        if let Some(name) = whole.filter(|it| !it.contains("}}")) {
            if let Some(message) = name.trim().strip_prefix("throw ") {
                return Err(NodeError::never(message));
            }
            return Ok(self.name(name.trim(), item, extra));
        }
        let mut res = String::new();
        let mut rest = text.as_str();
        while let Some((before, (name, after))) =
            rest.split_once("{{").and_then(|(a, b)| Some((a, b.split_once("}}")?)))
        {
            res += before;
            let value = self.name(name.trim(), item, extra);
            res += &value.map_or(SmolStr::default(), |it| sdk::ctx::text_of(&it));
            rest = after;
        }
        Ok(Some((res + rest).into()))
    }

    async fn script(&self, _: &str, _: Option<usize>) -> Result<Option<Value>, NodeError> {
        Ok(self.case.get("script").cloned())
    }

    async fn script_with(
        &self,
        source: &'static str,
        extra: &[(SmolStr, Value)],
    ) -> Result<Option<Value>, NodeError> {
        let scope = expr::Scope {
            extra: extra.to_vec(),
            now: Some(self.now()),
            ..expr::Alone::scope(vec![], self.zone())
        };
        let done = self.sandbox.run(&expr::Code::new(source, false), &Arc::new(scope), None);
        done.map_err(|it| NodeError::never(it.message))
    }

    async fn begin(&self, keys: &[SmolStr]) -> Result<Vec<Begin>, NodeError> {
        let start = |key: &SmolStr| EffectKey {
            key: key.clone(),
            idempotency: format_smolstr!("execution:node:0:{key}"),
            attempt: 0,
        };
        let effects = self.effects.lock().unwrap();
        let begin = |key| match effects.get(key) {
            Some(value) => Begin::Done(value.clone()),
            None => Begin::Start(start(key)),
        };
        Ok(keys.iter().map(begin).collect())
    }

    fn done(&self, key: &SmolStr, result: &Result<Value, NodeError>) {
        if let Ok(value) = result {
            self.effects.lock().unwrap().insert(key.clone(), value.clone());
        }
    }

    async fn start(&self, _: &str, calls: Vec<Call>) -> Result<Vec<SmolStr>, NodeError> {
        Ok((0..calls.len()).map(|it| format_smolstr!("execution-{it}")).collect())
    }

    fn respond(&self, response: Response) -> Result<(), NodeError> {
        self.responses.lock().unwrap().push(response);
        Ok(())
    }

    fn streams(&self) -> bool {
        self.case.get("streams").is_some_and(Value::truthy)
    }

    async fn credential(&self, kind: &str) -> Result<Credential, NodeError> {
        let fields = self.case.at("credentials").and_then(|it| it.get(kind));
        match fields {
            Some(Value::Object(fields)) => {
                let fields = Map::clone(fields);
                Ok(match crate::credentials().get(kind) {
                    Some(known) => known.open(kind, fields),
                    None => Credential::new(kind, kind, fields),
                })
            }
            _ => Err(NodeError::never(format!("the case has no credential `{kind}`"))),
        }
    }

    fn http(&self) -> &http::Client {
        &self.http
    }

    async fn keep(&self, bytes: bytes::Bytes) -> Result<Blob, NodeError> {
        Ok(Blob::Inline(bytes.to_vec().into()))
    }

    async fn bytes(&self, blob: &Blob) -> Result<Arc<[u8]>, NodeError> {
        match blob {
            Blob::Inline(bytes) => Ok(bytes.clone()),
            Blob::Stored { id, .. } => Err(NodeError::never(format!("no file `{id}`"))),
        }
    }

    fn memory(&self, _: usize) -> bool {
        true
    }

    fn spill(&self, items: Vec<Item>) -> Result<Page, NodeError> {
        Ok(Page::Here(Arc::new(items)))
    }

    fn earlier_input(&self, run: u32) -> Option<Vec<Items>> {
        let earlier = self.case.get("earlier")?.as_array()?.get(run as usize)?;
        Some(super::cases::lists(Some(earlier)))
    }

    fn now(&self) -> Timestamp {
        let now = self.case.get("now").and_then(Value::as_str);
        now.unwrap_or("2025-06-15T12:34:56.789Z").parse().unwrap()
    }

    fn zone(&self) -> TimeZone {
        let zone = self.case.get("zone").and_then(Value::as_str);
        TimeZone::get(zone.unwrap_or("UTC")).unwrap()
    }

    fn chance(&self) -> f64 {
        0.5
    }

    fn log(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }

    fn resume_url(&self) -> String {
        "http://localhost:5678/webhook-waiting/token".into()
    }

    fn mode(&self) -> Mode {
        let mode = self.case.get("mode").and_then(Value::as_str);
        mode.and_then(Mode::from_text).unwrap_or(Mode::Manual)
    }

    fn workflow(&self) -> (SmolStr, SmolStr) {
        ("Case".into(), "workflow".into())
    }

    async fn cancelled(&self) {
        std::future::pending().await
    }

    async fn read_file(&self, path: &str) -> Result<bytes::Bytes, NodeError> {
        let file = self.case.get("files").and_then(|it| it.get(path)).and_then(Value::as_str);
        match file {
            Some(text) => Ok(text.to_owned().into()),
            None => Err(NodeError::never(format!("there is no file `{path}`"))),
        }
    }

    async fn write_file(&self, path: &str, _: bytes::Bytes, _: bool) -> Result<(), NodeError> {
        Err(NodeError::never(format!("`{path}` cannot be written in a case")))
    }
}
