//! Where the messages of a WebSocket begin and end, and how large they are, without a look into them (RFC 6455).

/// Longest head of a frame: two bytes, eight of a length, four of a mask.
const HEAD_BYTES_MAX: usize = 14;
const CLOSE: u8 = 0x88;

/// Follows one direction of a WebSocket.
pub(super) struct Meter {
    message_bytes_max: u64,
    /// What of the payload of the present frame is still to come.
    left: u64,
    /// What the message has so far, of all its frames.
    message: u64,
}

/// What may go on of what has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Passed {
    /// So many bytes, from the first one.
    pub(super) n: usize,
    /// What comes then is a message that is too large.
    pub(super) is_too_large: bool,
}

impl Meter {
    pub(super) fn new(message_bytes_max: u64) -> Meter {
        Meter { message_bytes_max, left: 0, message: 0 }
    }

    /// Looks at what came and has not gone on yet. The head of a frame goes on as one piece, once it is there and
    /// says nothing that is too large.
    pub(super) fn pass(&mut self, bytes: &[u8]) -> Passed {
        let mut n = 0;
        loop {
            let there = (bytes.len() - n) as u64;
            let taken = self.left.min(there);
            self.left -= taken;
            n += taken as usize;
            let Some(head) = Head::read(&bytes[n..]) else {
                return Passed { n, is_too_large: false };
            };
            if !head.is_control() {
                let message = self.message.saturating_add(head.payload);
                if message > self.message_bytes_max {
                    return Passed { n, is_too_large: true };
                }
                self.message = if head.is_last { 0 } else { message };
            }
            n += head.len;
            self.left = head.payload;
        }
    }

    /// Whether what has gone on ends with a frame, so that another one can come between.
    pub(super) fn is_between(&self) -> bool {
        self.left == 0
    }
}

struct Head {
    len: usize,
    payload: u64,
    opcode: u8,
    is_last: bool,
}

impl Head {
    /// `None` while it is not whole.
    fn read(bytes: &[u8]) -> Option<Head> {
        let (&first, &second) = (bytes.first()?, bytes.get(1)?);
        let (after, payload) = match second & 0x7f {
            126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
            127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
            few => (2, u64::from(few)),
        };
        let len = after + if second & 0x80 != 0 { 4 } else { 0 };
        debug_assert!(len <= HEAD_BYTES_MAX);
        let is_whole = bytes.len() >= len;
        is_whole.then_some(Head { len, payload, opcode: first & 0x0f, is_last: first & 0x80 != 0 })
    }

    /// It stands between the frames of messages and counts for none.
    fn is_control(&self) -> bool {
        self.opcode >= 8
    }
}

/// A frame that ends a WebSocket, with its code and a sentence. What goes to a service has a mask.
pub(super) fn close(code: u16, why: &str, mask: Option<[u8; 4]>) -> Vec<u8> {
    // A control frame has 125 bytes at most.
    let why: String = why.chars().filter(char::is_ascii).take(120).collect();
    let payload = code.to_be_bytes().into_iter().chain(why.bytes());
    let len = 2 + why.len() as u8;
    match mask {
        None => [CLOSE, len].into_iter().chain(payload).collect(),
        Some(mask) => {
            let masked = payload.zip(mask.iter().cycle()).map(|(it, mask)| it ^ mask);
            [CLOSE, 0x80 | len].into_iter().chain(mask).chain(masked).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame with so many bytes, unmasked.
    fn frame(first: u8, len: usize) -> Vec<u8> {
        let mut res = vec![first];
        match len {
            0..126 => res.push(len as u8),
            126..65_536 => {
                res.push(126);
                res.extend((len as u16).to_be_bytes());
            }
            _ => {
                res.push(127);
                res.extend((len as u64).to_be_bytes());
            }
        }
        res.extend(std::iter::repeat_n(7, len));
        res
    }

    /// Hands bytes on in pieces of a size; gives how many went on, and whether it ended for being too large.
    fn handed(meter: &mut Meter, bytes: &[u8], size: usize) -> (usize, bool) {
        let (mut held, mut n) = (Vec::new(), 0);
        for piece in bytes.chunks(size) {
            held.extend_from_slice(piece);
            let passed = meter.pass(&held);
            held.drain(..passed.n);
            n += passed.n;
            if passed.is_too_large {
                return (n, true);
            }
        }
        (n, false)
    }

    #[test]
    fn all_goes_on_however_it_comes() {
        let ping = frame(0x89, 4);
        let whole = [frame(0x82, 0), frame(0x01, 70_000), ping, frame(0x80, 300)].concat();
        for size in [1, 2, 3, 7, 1_000, 1 << 20] {
            let mut meter = Meter::new(70_300);
            assert_eq!(handed(&mut meter, &whole, size), (whole.len(), false), "{size}");
            assert!(meter.is_between());
        }
    }

    #[test]
    fn a_message_past_the_limit_does_not_begin() {
        for (second, expected) in [(300, false), (301, true)] {
            // The frames of one message count together, and a message before it does not.
            let before = [frame(0x82, 1_000), frame(0x01, 700)].concat();
            let whole = [before.clone(), frame(0x80, second)].concat();
            for size in [1, 5, 1 << 20] {
                let (n, is_too_large) = handed(&mut Meter::new(1_000), &whole, size);
                assert_eq!(is_too_large, expected, "{second}");
                assert_eq!(n, if expected { before.len() } else { whole.len() });
            }
        }
        let endless = [0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255];
        assert_eq!(Meter::new(u64::MAX - 1).pass(&endless), Passed { n: 0, is_too_large: true });
    }

    #[test]
    fn nothing_comes_between_the_parts_of_a_frame() {
        let mut meter = Meter::new(100);
        let whole = frame(0x82, 10);
        assert_eq!(meter.pass(&whole[..1]), Passed { n: 0, is_too_large: false });
        assert!(meter.is_between());
        assert_eq!(meter.pass(&whole[..5]), Passed { n: 5, is_too_large: false });
        assert!(!meter.is_between());
        assert_eq!(meter.pass(&whole[5..]), Passed { n: 7, is_too_large: false });
        assert!(meter.is_between());
    }

    #[test]
    fn a_frame_that_ends_it_says_why() {
        assert_eq!(close(1001, "bye", None), [0x88, 5, 3, 0xe9, b'b', b'y', b'e']);
        let masked = close(1001, "", Some([1, 2, 3, 4]));
        assert_eq!(masked, [0x88, 0x82, 1, 2, 3, 4, 3 ^ 1, 0xe9 ^ 2]);
        assert_eq!(close(1009, &"x".repeat(500), None).len(), 124);
    }
}
