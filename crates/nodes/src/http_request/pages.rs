//! Answers that come in pages: one request after another until the service has no more.

use std::time::Duration;

use futures::StreamExt;
use model::{Map, Value};
use sdk::{
    NodeError,
    ctx::{EFFECTS_IN_FLIGHT_MAX, text_of},
};
use smol_str::{SmolStr, format_smolstr};

use super::{
    Answers, Sending,
    answer::{Answer, Body},
    request::Request,
};

/// More pages than this are a loop that does not end.
const PAGES_MAX: usize = 10_000;
/// So many equal answers in a row mean that the next page is never asked for.
const EQUAL_MAX: usize = 5;

/// Items are asked for at once, the pages of each one after another.
pub(super) async fn batch(
    sending: &Sending<'_>,
    start: usize,
    end: usize,
) -> Result<Vec<(usize, Answers)>, NodeError> {
    let mut items = Vec::with_capacity(end - start);
    for item in start..end {
        items.push(async move { (item, pages(sending, item).await) });
    }
    let res: Vec<(usize, Answers)> =
        futures::stream::iter(items).buffered(EFFECTS_IN_FLIGHT_MAX).collect().await;
    match res.iter().find_map(|(_, it)| it.as_ref().err().filter(|it| it.is_interrupted())) {
        Some(interrupted) => Err(interrupted.clone()),
        None => Ok(res),
    }
}

/// When there is no next page.
enum End {
    Empty,
    Status(Vec<u16>),
    Expression,
}

async fn pages(sending: &Sending<'_>, item: usize) -> Answers {
    let ctx = sending.ctx;
    let by_url = ctx.text("pagination", item)? == "nextUrl";
    let end = match ctx.text("completeWhen", item)?.as_str() {
        "status" => End::Status(statuses(&ctx.text("statusCodes", item)?)?),
        "expression" => End::Expression,
        _ => End::Empty,
    };
    let fine: &[u16] = if let End::Status(codes) = &end { codes } else { &[] };
    let asked = sending.number("pagesMax", item)?;
    let pages_max = if asked >= 1.0 { asked as usize } else { PAGES_MAX };
    let interval = sending.number("pageIntervalMs", item)?.clamp(0.0, 3_600_000.0);

    let base = Request::read(ctx, item).await?;
    let mut request = base.clone();
    let mut response = Value::from(Map::new());
    let (mut res, mut equal): (Vec<Answer>, usize) = (vec![], 0);
    loop {
        let names = names(&response, &request, res.len());
        request = base.clone();
        if by_url && !res.is_empty() {
            let next = ctx.eval_with(&ctx.param("nextUrl"), item, &names)?.unwrap_or_default();
            if !next.truthy() {
                return Ok(res);
            }
            request.move_to(&text_of(&next))?;
        }
        if !by_url {
            let rows = ctx.eval_with(&ctx.param("pageParameters"), item, &names)?;
            request.write(&rows.unwrap_or_default())?;
        }
        let (answer, sent) = page(sending, &request, item, res.len(), fine).await?;
        response = answer.value();
        let success = (200..300).contains(&answer.status);
        let ended = match &end {
            End::Empty => is_empty(&answer.body),
            End::Status(codes) => codes.contains(&answer.status),
            End::Expression => {
                let names = self::names(&response, &request, res.len() + 1);
                let complete = ctx.eval_with(&ctx.param("completeExpression"), item, &names)?;
                complete.is_some_and(|it| it.truthy())
            }
        };
        let same = res.last().is_some_and(|it| it.value().get("body") == response.get("body"));
        equal = if same { equal + 1 } else { 0 };
        if success || !ended || sending.wanted.never_error {
            res.push(answer);
        }
        if ended || res.len() >= pages_max {
            return Ok(res);
        }
        if equal + 1 >= EQUAL_MAX && !matches!(response.get("body"), Some(Value::Null)) {
            return Err(NodeError::never(format!(
                "the same answer came {EQUAL_MAX} times; check the parameters of the pagination"
            )));
        }
        if res.len() >= PAGES_MAX {
            return Err(NodeError::never(format!(
                "the answers did not end after {PAGES_MAX} pages; set the most pages to ask for"
            )));
        }
        if sent {
            ctx.pause(Duration::from_millis(interval as u64)).await?;
        }
    }
}

/// One page, and whether it was asked for just now.
async fn page(
    sending: &Sending<'_>,
    request: &Request,
    item: usize,
    page: usize,
    fine: &[u16],
) -> Result<(Answer, bool), NodeError> {
    let key = format_smolstr!("item:{item}:page:{page}");
    let mut sent = false;
    let sent_now = &mut sent;
    let value = sending
        .ctx
        .effect(key, |effect| async move {
            *sent_now = true;
            Ok(sending.send(request, &effect, fine).await?.written())
        })
        .await?;
    Ok((Answer::read(sending.ctx, &value).await?, sent))
}

fn names(response: &Value, request: &Request, pages: usize) -> [(SmolStr, Value); 3] {
    [
        (SmolStr::new_static("$response"), response.clone()),
        (SmolStr::new_static("$request"), request.value()),
        (SmolStr::new_static("$pageCount"), pages.into()),
    ]
}

fn is_empty(body: &Body) -> bool {
    match body {
        Body::Empty => true,
        Body::Json(Value::Array(it)) => it.is_empty(),
        Body::Json(it) => !it.truthy(),
        Body::Text(it) => it.is_empty(),
        Body::File(it) => it.data.is_empty(),
    }
}

fn statuses(list: &str) -> Result<Vec<u16>, NodeError> {
    let entries = list.split([',', ' ']).map(str::trim).filter(|it| !it.is_empty());
    entries
        .map(|it| {
            it.parse()
                .map_err(|_| NodeError::never(format!("`{it}` is no HTTP status to end with")))
        })
        .collect()
}

impl Request {
    /// The next page's address stands alone, or relative to the last one; its query is its own.
    fn move_to(&mut self, next: &str) -> Result<(), NodeError> {
        let next = next.trim();
        let joined = url::Url::parse(self.url.trim()).and_then(|it| it.join(next));
        self.url = joined
            .map_err(|_| NodeError::never(format!("the next page's address `{next}` is none")))?
            .as_str()
            .into();
        Ok(())
    }

    /// Writes the parameters that a page is asked for with.
    fn write(&mut self, rows: &Value) -> Result<(), NodeError> {
        for row in rows.as_array().unwrap_or_default() {
            let text = |key: &str| row.get(key).map(text_of).unwrap_or_default();
            let (name, value) = (text("name"), row.get("value").cloned().unwrap_or_default());
            if name.is_empty() {
                continue;
            }
            match text("in").as_str() {
                "headers" => drop(self.headers.insert(name, value)),
                "body" => self.body.set(&name, value)?,
                _ => drop(self.query.insert(name, value)),
            }
        }
        Ok(())
    }
}
