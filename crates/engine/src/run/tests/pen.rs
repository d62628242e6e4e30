//! When an execution begins to exist for others.

use std::time::Duration;

use super::{super::pen::Closing, *};

const PATIENCE: Duration = Duration::from_millis(20);
const FOR_EVER: Duration = Duration::from_secs(60);

fn pen(journal: &Arc<Recording>) -> Pen {
    let pen = Pen::new(Arc::new(journal.clone()), WorkspaceId(Uuid::nil()), a_new_one());
    pen.note(Record::Ended { status: Status::Success, at: Timestamp::UNIX_EPOCH, error: None });
    pen
}

fn written(journal: &Recording) -> usize {
    journal.0.lock().unwrap().len()
}

#[tokio::test]
async fn it_begins_with_the_first_flush_of_whoever_runs_it() {
    let journal = Arc::new(Recording::default());
    let pen = pen(&journal);
    let (begun, flushed) =
        tokio::join!(pen.begins(FOR_EVER), pen.flush(Closing::next(Next::Running)));
    assert_eq!((begun, flushed), (Ok(()), Ok(())));
    assert_eq!(written(&journal), 1);
    assert_eq!(pen.begins(FOR_EVER).now_or_never(), Some(Ok(())));
    assert!(!pen.refuse("too late"));
}

#[tokio::test]
async fn it_begins_as_it_is_when_that_takes_too_long() {
    let journal = Arc::new(Recording::default());
    let pen = pen(&journal);
    assert_eq!(pen.begins(PATIENCE).await, Ok(()));
    assert_eq!(written(&journal), 1);
}

#[tokio::test]
async fn one_that_is_refused_never_begins() {
    let journal = Arc::new(Recording::default());
    let pen = pen(&journal);
    let refuse = async { pen.refuse("closing") };
    let (begun, refused) = tokio::join!(pen.begins(FOR_EVER), refuse);
    assert_eq!((begun, refused), (Err(Lost::Unavailable("closing".into())), true));
    assert!(pen.flush(Closing::next(Next::Running)).await.is_err());
    assert_eq!(written(&journal), 0);
}
