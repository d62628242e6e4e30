//! Which addresses outgoing requests may reach. Checked on what a name resolves to, not on the name.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::http::{ALLOW_SETTING, Policy};

/// An address that may not be reached.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(pub(super) String);

impl Refused {
    fn address(host: &str, ip: IpAddr, why: &str) -> Refused {
        let at = if host == ip.to_string() {
            format!("`{host}`")
        } else {
            format!("`{host}` is {ip}, which")
        };
        Refused(format!(
            "{at} is {why}, and requests there are refused; the operator can allow it with `{ALLOW_SETTING} {ip}`"
        ))
    }

    pub(super) fn scheme(scheme: &str) -> Refused {
        Refused(format!(
            "a redirect led to a `{scheme}:` address; only `http` and `https` are spoken"
        ))
    }
}

/// Why an address is refused; `None` when it may be reached.
pub fn refusal(ip: IpAddr, policy: &Policy) -> Option<&'static str> {
    let inner = unwrap(ip);
    let why = reason(inner)?;
    let allowed = policy.allow_private && why.is_private
        || policy.allow.iter().any(|it| it.contains(&ip) || it.contains(&inner));
    (!allowed).then_some(why.text)
}

/// A host written as an address is not resolved, so it is checked here.
pub(super) fn check_literal(url: &Url, policy: &Policy) -> Result<(), Refused> {
    let ip: IpAddr = match url.host() {
        Some(Host::Ipv4(ip)) => ip.into(),
        Some(Host::Ipv6(ip)) => ip.into(),
        Some(Host::Domain(_)) | None => return Ok(()),
    };
    match refusal(ip, policy) {
        Some(why) => Err(Refused::address(&ip.to_string(), ip, why)),
        None => Ok(()),
    }
}

/// Looks names up and leaves out what may not be reached, so that the connection is made to an
/// address that was checked: a name that changes its answer in between gains nothing.
pub(super) struct GuardedResolver {
    pub(super) policy: Arc<Policy>,
    pub(super) lookup: Lookup,
}

/// How a name becomes addresses; the system's way, or a table in tests.
pub(super) type Lookup = Arc<
    dyn Fn(String) -> futures::future::BoxFuture<'static, std::io::Result<Vec<SocketAddr>>>
        + Send
        + Sync,
>;

pub(super) fn system_lookup() -> Lookup {
    Arc::new(|host| {
        Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.collect()) })
    })
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, lookup) = (self.policy.clone(), self.lookup.clone());
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = lookup(host.clone()).await?;
            let good: Vec<SocketAddr> =
                found.iter().copied().filter(|it| refusal(it.ip(), &policy).is_none()).collect();
            if let (true, Some(first)) = (good.is_empty(), found.first()) {
                let why = refusal(first.ip(), &policy).unwrap_or("refused");
                return Err(Refused::address(&host, first.ip(), why).into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

struct Reason {
    text: &'static str,
    /// Opened by `allow_private`; the others only by name.
    is_private: bool,
}

/// An IPv4 address in the clothes of IPv6 is judged as what it is.
fn unwrap(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    let s = v6.segments();
    let low = |a: u16, b: u16| IpAddr::V4(Ipv4Addr::from((u32::from(a) << 16) | u32::from(b)));
    match s {
        // Mapped and (long deprecated) compatible.
        [0, 0, 0, 0, 0, 0xffff, a, b] => low(a, b),
        [0, 0, 0, 0, 0, 0, a, b] if a != 0 || b > 1 => low(a, b),
        // Translated.
        [0, 0, 0, 0, 0xffff, 0, a, b] => low(a, b),
        // NAT64.
        [0x64, 0xff9b, 0, 0, 0, 0, a, b] => low(a, b),
        // 6to4.
        [0x2002, a, b, ..] => low(a, b),
        _ => ip,
    }
}

fn reason(ip: IpAddr) -> Option<Reason> {
    let found = match ip {
        IpAddr::V4(it) => reason_v4(it),
        IpAddr::V6(it) => reason_v6(it),
    };
    found.map(|text| Reason {
        text,
        is_private: matches!(text, PRIVATE | LOOPBACK | LINK_LOCAL | METADATA | SHARED | THIS_HOST),
    })
}

const PRIVATE: &str = "a private address";
const LOOPBACK: &str = "this machine's loopback address";
const LINK_LOCAL: &str = "a link-local address";
const METADATA: &str = "a cloud's metadata address";
const SHARED: &str = "a provider's shared address";
const THIS_HOST: &str = "an address of this host";
const MULTICAST: &str = "a multicast address";
const RESERVED: &str = "a reserved address";

fn reason_v4(ip: Ipv4Addr) -> Option<&'static str> {
    Some(match ip.octets() {
        [0, ..] => THIS_HOST,
        [127, ..] => LOOPBACK,
        [169, 254, 169, 254] | [169, 254, 170, 2] | [100, 100, 100, 200] => METADATA,
        [169, 254, ..] => LINK_LOCAL,
        [10, ..] | [192, 168, ..] => PRIVATE,
        [172, b, ..] if (16..32).contains(&b) => PRIVATE,
        [100, b, ..] if (64..128).contains(&b) => SHARED,
        [192, 0, 0, _] | [192, 0, 2, _] | [192, 88, 99, _] => RESERVED,
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => RESERVED,
        [224..=239, ..] => MULTICAST,
        [240..=255, ..] => RESERVED,
        _ => return None,
    })
}

fn reason_v6(ip: Ipv6Addr) -> Option<&'static str> {
    Some(match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => THIS_HOST,
        [0, 0, 0, 0, 0, 0, 0, 1] => LOOPBACK,
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => METADATA,
        [a, ..] if a & 0xfe00 == 0xfc00 => PRIVATE,
        [a, ..] if a & 0xffc0 == 0xfe80 => LINK_LOCAL,
        [a, ..] if a & 0xffc0 == 0xfec0 => PRIVATE,
        [a, ..] if a & 0xff00 == 0xff00 => MULTICAST,
        // Local NAT64, discard, Teredo, ORCHID, documentation, segment routing.
        [0x64, 0xff9b, 1, ..] | [0x100, 0, 0, 0, ..] | [0x2001, 0, ..] => RESERVED,
        [0x2001, b, ..] if (0x10..0x40).contains(&b) => RESERVED,
        [0x2001, 0xdb8, ..] | [0x5f00, ..] => RESERVED,
        [0x3fff, b, ..] if b < 0x1000 => RESERVED,
        // Nothing below 2000::/3 is routed on the public internet.
        [a, ..] if a & 0xe000 != 0x2000 => RESERVED,
        _ => return None,
    })
}
