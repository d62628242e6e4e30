//! Two connections tied to one another: what comes on one goes out on the other, until one of them ends.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use bytes::{Buf, BufMut, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    time::{sleep, timeout},
};

use super::frames::{self, Meter};

/// What is held of one direction at most: one read, and the head of a frame that was not whole.
const READ_BYTES_MAX: usize = 16 << 10;
/// Codes of RFC 6455: the connection ends here; a message is too large.
const GOES_AWAY: u16 = 1001;
const TOO_LARGE: u16 = 1009;

/// How long a pair of connections may stay.
#[derive(Clone, Copy)]
pub(super) struct Times {
    /// While nothing comes from either side.
    pub(super) idle_max: Duration,
    pub(super) life_max: Duration,
    /// For one side to end after the other.
    pub(super) parting_max: Duration,
}

/// Largest messages, in bytes as they travel.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) of_caller_max: u64,
    pub(super) of_service_max: u64,
}

enum End {
    /// Nothing more comes from this side.
    Over,
    Broken,
    TooLarge,
}

/// One direction.
struct Lane<R, W> {
    from: R,
    to: W,
    /// What came and has not gone on; the first `ready` bytes of it may.
    held: BytesMut,
    ready: usize,
    meter: Meter,
    is_too_large: bool,
}

/// Hands bytes on in both directions; ends when a side, the time or `quit` does, and then both sides have ended.
pub(super) async fn relay<C, S>(
    caller: C,
    service: S,
    sizes: Sizes,
    times: Times,
    quit: impl Future<Output = &'static str>,
) where
    C: AsyncRead + AsyncWrite + Send + Unpin,
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    let (from_caller, to_caller) = split(caller);
    let (from_service, to_service) = split(service);
    let mut out = Lane::new(from_caller, to_service, sizes.of_caller_max);
    let mut back = Lane::new(from_service, to_caller, sizes.of_service_max);
    let clock = Clock::new();
    let worn = worn(&clock, times);
    let mut mask = [0; 4];
    mask.copy_from_slice(&uuid::Uuid::now_v7().as_bytes()[12..]);
    let (to_service, to_caller) = tokio::select! {
        end = out.run(&clock) => match end {
            End::Over => return back.last(&mut out.to, &clock, times.parting_max).await,
            End::Broken => return,
            End::TooLarge => ((GOES_AWAY, "the caller's message is too large"), (TOO_LARGE, "a message is too large")),
        },
        end = back.run(&clock) => match end {
            End::Over => return out.last(&mut back.to, &clock, times.parting_max).await,
            End::Broken => return,
            End::TooLarge => ((TOO_LARGE, "a message is too large"), (GOES_AWAY, "the service's message is too large")),
        },
        why = worn => ((GOES_AWAY, why), (GOES_AWAY, why)),
        why = quit => ((GOES_AWAY, why), (GOES_AWAY, why)),
    };
    let parting = async {
        let (to_service, to_caller) = (
            frames::close(to_service.0, to_service.1, Some(mask)),
            frames::close(to_caller.0, to_caller.1, None),
        );
        tokio::join!(out.part(&to_service), back.part(&to_caller));
        // Whoever still sends would have the connection reset, and not hear why.
        tokio::join!(out.drain(), back.drain());
    };
    // Who does not end by then is cut off.
    let _ = timeout(times.parting_max, parting).await;
}

impl<R, W> Lane<R, W>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    fn new(from: R, to: W, message_bytes_max: u64) -> Lane<R, W> {
        let (held, meter) = (BytesMut::new(), Meter::new(message_bytes_max));
        Lane { from, to, held, ready: 0, meter, is_too_large: false }
    }

    /// It may be dropped at any wait, and goes on from there when it is called again.
    async fn run(&mut self, clock: &Clock) -> End {
        loop {
            if self.hand_on().await.is_err() {
                return End::Broken;
            }
            if self.is_too_large {
                return End::TooLarge;
            }
            self.held.reserve(READ_BYTES_MAX);
            match self.from.read_buf(&mut (&mut self.held).limit(READ_BYTES_MAX)).await {
                Ok(0) => return End::Over,
                Ok(_) => clock.touch(),
                Err(_) => return End::Broken,
            }
            let passed = self.meter.pass(&self.held);
            (self.ready, self.is_too_large) = (passed.n, passed.is_too_large);
        }
    }

    async fn hand_on(&mut self) -> std::io::Result<()> {
        if self.ready == 0 {
            return Ok(());
        }
        while self.ready > 0 {
            let n = self.to.write(&self.held[..self.ready]).await?;
            if n == 0 {
                return Err(std::io::ErrorKind::WriteZero.into());
            }
            self.held.advance(n);
            self.ready -= n;
        }
        self.to.flush().await
    }

    /// What still comes after the other direction is over: that its reader may end too.
    async fn last(&mut self, other: &mut (impl AsyncWrite + Unpin), clock: &Clock, wait: Duration) {
        let rest = async {
            let _ = other.shutdown().await;
            self.run(clock).await;
            let _ = self.to.shutdown().await;
        };
        let _ = timeout(wait, rest).await;
    }

    /// Tells the receiver that it is over, where a frame can come now.
    async fn part(&mut self, close: &[u8]) {
        if self.ready == 0 && self.meter.is_between() && self.to.write_all(close).await.is_ok() {
            let _ = self.to.flush().await;
        }
        let _ = self.to.shutdown().await;
    }

    async fn drain(&mut self) {
        let mut nowhere = [0; 1024];
        while self.from.read(&mut nowhere).await.is_ok_and(|it| it > 0) {}
    }
}

/// When something came the last time.
struct Clock {
    began: Instant,
    /// Milliseconds after that.
    last: AtomicU64,
}

impl Clock {
    fn new() -> Clock {
        Clock { began: Instant::now(), last: AtomicU64::new(0) }
    }

    fn touch(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(now, Ordering::Relaxed);
    }
}

/// Ends when nothing came for too long, or it has been long enough.
async fn worn(clock: &Clock, times: Times) -> &'static str {
    loop {
        let age = clock.began.elapsed();
        let quiet = age.saturating_sub(Duration::from_millis(clock.last.load(Ordering::Relaxed)));
        if age >= times.life_max {
            return "it has been open for long enough, connect again";
        }
        if quiet >= times.idle_max {
            return "nothing came for too long";
        }
        sleep((times.life_max - age).min(times.idle_max - quiet)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::io::{DuplexStream, duplex};

    use super::*;

    const LONG: Times = Times {
        idle_max: Duration::from_secs(60),
        life_max: Duration::from_secs(60),
        parting_max: Duration::from_secs(60),
    };

    /// Both far ends, and the relay between them.
    fn tied(
        times: Times,
        quit: impl Future<Output = &'static str> + Send + 'static,
    ) -> (DuplexStream, DuplexStream, tokio::task::JoinHandle<()>) {
        let ((caller, near), (service, far)) = (duplex(64), duplex(64));
        let sizes = Sizes { of_caller_max: 100, of_service_max: 200 };
        (caller, service, tokio::spawn(relay(near, far, sizes, times, quit)))
    }

    fn masked(len: u8) -> Vec<u8> {
        [vec![0x82, 0x80 | len, 0, 0, 0, 0], vec![7; len.into()]].concat()
    }

    async fn rest_of(it: &mut DuplexStream) -> Vec<u8> {
        let mut all = vec![];
        it.read_to_end(&mut all).await.unwrap();
        all
    }

    #[tokio::test]
    async fn one_that_ends_ends_the_other() {
        let (mut caller, mut service, task) = tied(LONG, pending());
        caller.write_all(&masked(3)).await.unwrap();
        caller.shutdown().await.unwrap();
        assert_eq!(rest_of(&mut service).await, masked(3));
        // What the service says last still arrives.
        service.write_all(&[0x88, 0]).await.unwrap();
        drop(service);
        assert_eq!(rest_of(&mut caller).await, [0x88, 0]);
        task.await.unwrap();
    }

    #[tokio::test]
    async fn a_message_that_is_too_large_ends_both_and_says_so() {
        let (mut caller, mut service, task) = tied(LONG, pending());
        let fine = masked(100);
        let mut all = fine.clone();
        all.extend(masked(101));
        let ((sent, told), got, ()) = tokio::join!(
            async {
                let (mut from, mut to) = split(&mut caller);
                let sent = to.write_all(&all).await;
                let _ = to.shutdown().await;
                let mut told = vec![];
                from.read_to_end(&mut told).await.unwrap();
                (sent, told)
            },
            async {
                let got = rest_of(&mut service).await;
                let _ = service.shutdown().await;
                got
            },
            async { task.await.unwrap() },
        );
        sent.unwrap();
        assert_eq!(told[..4], [0x88, 2 + 22, 3, 0xf1], "{told:?}");
        assert!(got.starts_with(&fine));
        assert_eq!(got[fine.len()..][..2], [0x88, 0x80 | (2 + 33)]);
    }

    #[tokio::test]
    async fn time_and_rights_end_both() {
        let soon = Duration::from_millis(30);
        for (times, why) in [
            (Times { idle_max: soon, ..LONG }, "nothing came for too long"),
            (Times { life_max: soon, ..LONG }, "it has been open for long enough, connect again"),
        ] {
            let (mut caller, service, task) = tied(times, pending());
            let expected = frames::close(GOES_AWAY, why, None);
            let mut told = vec![0; expected.len()];
            caller.read_exact(&mut told).await.unwrap();
            assert_eq!(told, expected);
            drop((caller, service));
            task.await.unwrap();
        }
        let (mut caller, service, task) = tied(LONG, async { "gone" });
        let expected = frames::close(GOES_AWAY, "gone", None);
        let mut told = vec![0; expected.len()];
        caller.read_exact(&mut told).await.unwrap();
        assert_eq!(told, expected);
        drop((caller, service));
        task.await.unwrap();
    }
}
