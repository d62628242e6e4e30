//! Invented people, addresses, cards and ids.

use model::{Value, json};
use sdk::NodeError;

pub(super) const KINDS: &[(&str, &str)] = &[
    ("user", "Person"),
    ("address", "Address"),
    ("latLong", "Place on earth"),
    ("creditCard", "Credit card"),
    ("email", "Mail address"),
    ("ipv4", "IPv4 address"),
    ("ipv6", "IPv6 address"),
    ("macAddress", "MAC address"),
    ("nanoId", "Short id"),
    ("url", "Web address"),
    ("uuid", "UUID"),
    ("semver", "Version"),
];

/// What some kinds of data are made by.
pub(super) struct Shape {
    pub(super) alphabet: Vec<char>,
    pub(super) length: usize,
    /// The current year, before which no card expires.
    pub(super) year: i32,
}

pub(super) fn one(kind: &str, shape: &Shape, source: &mut Source) -> Result<Value, NodeError> {
    Ok(match kind {
        "user" => {
            let (first, last) = (source.pick(FIRST_NAMES), source.pick(LAST_NAMES));
            json!({
                "uid": (source.uuid()),
                "email": (email(first, last, source)),
                "firstname": first,
                "lastname": last,
                "password": (source.text(&letters(), 12))
            })
        }
        "address" => json!({
            "firstname": (source.pick(FIRST_NAMES)),
            "lastname": (source.pick(LAST_NAMES)),
            "street": (format!("{} {}", 1 + source.below(200), source.pick(STREETS))),
            "city": (source.pick(CITIES)),
            "zip": (format!("{:05}", 1_000 + source.below(98_000))),
            "state": (source.pick(STATES)),
            "country": (source.pick(COUNTRIES))
        }),
        "latLong" => json!({ "location": {
            "lat": (degrees(source, 90)),
            "long": (degrees(source, 180))
        }}),
        "creditCard" => card(shape, source),
        "email" => {
            let (first, last) = (source.pick(FIRST_NAMES), source.pick(LAST_NAMES));
            json!({ "email": (email(first, last, source)), "confirmed": (source.below(2) == 1) })
        }
        "ipv4" => {
            let part = |_| source.below(256).to_string();
            json!({ "ip": ((0..4).map(part).collect::<Vec<_>>().join(".")) })
        }
        "ipv6" => {
            let part = |_| format!("{:04x}", source.below(65_536));
            json!({ "ipv6": ((0..8).map(part).collect::<Vec<_>>().join(":")) })
        }
        "macAddress" => {
            let part = |_| format!("{:02x}", source.below(256));
            json!({ "mac": ((0..6).map(part).collect::<Vec<_>>().join(":")) })
        }
        "nanoId" if shape.alphabet.is_empty() => {
            return Err(NodeError::never("there are no letters to make ids of"));
        }
        "nanoId" => json!({ "nanoId": (source.text(&shape.alphabet, shape.length)) }),
        "url" => {
            let host = format!("{}-{}", source.pick(WORDS), source.pick(WORDS));
            json!({ "url": (format!("https://{host}.example.com")) })
        }
        "uuid" => json!({ "uuid": (source.uuid()) }),
        "semver" => {
            let part = |_| source.below(20).to_string();
            json!({ "version": ((0..3).map(part).collect::<Vec<_>>().join(".")) })
        }
        other => return Err(NodeError::never(format!("`{other}` cannot be made up"))),
    })
}

fn email(first: &str, last: &str, source: &mut Source) -> String {
    let name = format!("{first}.{last}{}", source.below(100)).to_lowercase();
    format!("{name}@{}.example.com", source.pick(WORDS))
}

fn degrees(source: &mut Source, max: u64) -> f64 {
    let whole = max * 1_000_000;
    (source.below(2 * whole + 1) as f64 - whole as f64) / 1e6
}

fn card(shape: &Shape, source: &mut Source) -> Value {
    let (kind, number) = *source.pick(CARDS);
    let year = shape.year + 1 + source.below(5) as i32;
    let holder = format!("{} {}", source.pick(FIRST_NAMES), source.pick(LAST_NAMES));
    json!({
        "type": kind,
        "number": number,
        "ccv": (format!("{:03}", source.below(1_000))),
        "exp": (format!("{:02}/{:02}", 1 + source.below(12), year % 100)),
        "holder_name": holder
    })
}

fn letters() -> Vec<char> {
    ('a'..='z').chain('A'..='Z').chain('0'..='9').collect()
}

/// Chance that can be repeated: the same beginning gives the same draws.
pub(super) struct Source(u64);

impl Source {
    pub(super) fn of_number(number: u64) -> Source {
        Source(number)
    }

    pub(super) fn of_text(text: &str) -> Source {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Source(text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &'a [&'a T]) -> &'a T {
        list[self.below(list.len() as u64) as usize]
    }

    fn text(&mut self, alphabet: &[char], length: usize) -> String {
        (0..length).map(|_| alphabet[self.below(alphabet.len() as u64) as usize]).collect()
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        let version = (high & 0xffff_ffff_ffff_0fff) | 0x4000;
        let variant = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            version >> 32,
            (version >> 16) & 0xffff,
            version & 0xffff,
            variant >> 48,
            variant & 0xffff_ffff_ffff
        )
    }
}

/// Numbers that payment services take for tests and for nothing else.
const CARDS: &[&(&str, &str)] = &[
    &("Visa", "4111111111111111"),
    &("Visa", "4242424242424242"),
    &("Mastercard", "5555555555554444"),
    &("American Express", "378282246310005"),
    &("Discover", "6011111111111117"),
    &("Diners Club", "30569309025904"),
    &("JCB", "3530111333300000"),
];

const FIRST_NAMES: &[&str] = &[
    "Ada",
    "Alan",
    "Amara",
    "Anders",
    "Aylin",
    "Barbara",
    "Carlos",
    "Chen",
    "Daria",
    "Dmitri",
    "Edsger",
    "Elena",
    "Emil",
    "Fatima",
    "Grace",
    "Hedy",
    "Ibrahim",
    "Ines",
    "Jonas",
    "Katherine",
    "Kofi",
    "Lena",
    "Linus",
    "Mai",
    "Margaret",
    "Mateo",
    "Nadia",
    "Noor",
    "Olga",
    "Omar",
    "Priya",
    "Rosa",
    "Ruth",
    "Samir",
    "Sofia",
    "Tariq",
    "Tim",
    "Yuki",
    "Zanele",
    "Zoe",
];

const LAST_NAMES: &[&str] = &[
    "Abara", "Almeida", "Andersen", "Bauer", "Becker", "Castro", "Cohen", "Diallo", "Dubois",
    "Evans", "Fischer", "Garcia", "Hamilton", "Hansen", "Hopper", "Ivanova", "Jensen", "Johnson",
    "Kaya", "Kim", "Kowalski", "Lee", "Lindgren", "Lovelace", "Martin", "Mbeki", "Moreau",
    "Nakamura", "Nguyen", "Novak", "Okafor", "Patel", "Petrov", "Rossi", "Sato", "Silva", "Singh",
    "Turing", "Weber", "Yilmaz",
];

const STREETS: &[&str] = &[
    "Birch Lane",
    "Bridge Street",
    "Castle Road",
    "Cherry Avenue",
    "Church Street",
    "Garden Row",
    "Harbour View",
    "High Street",
    "Hill Road",
    "Lake Drive",
    "Main Street",
    "Maple Avenue",
    "Market Square",
    "Meadow Lane",
    "Mill Road",
    "Oak Street",
    "Orchard Way",
    "Park Avenue",
    "River Road",
    "School Lane",
    "Station Road",
    "Sunset Boulevard",
    "Valley Road",
    "Windmill Way",
];

const CITIES: &[&str] = &[
    "Ashford",
    "Brookfield",
    "Cedarville",
    "Clearwater",
    "Eastport",
    "Fairview",
    "Glenwood",
    "Greenfield",
    "Harborough",
    "Kingston",
    "Lakeside",
    "Maplewood",
    "Millbrook",
    "Newport",
    "Northfield",
    "Oakdale",
    "Riverton",
    "Springfield",
    "Stonebridge",
    "Westbury",
];

const STATES: &[&str] = &[
    "Alberta",
    "Bavaria",
    "California",
    "Catalonia",
    "Colorado",
    "Hesse",
    "Kerala",
    "Lombardy",
    "Maine",
    "New South Wales",
    "Ohio",
    "Ontario",
    "Oregon",
    "Provence",
    "Saxony",
    "Texas",
    "Tuscany",
    "Utah",
    "Vermont",
    "Victoria",
];

const COUNTRIES: &[&str] = &[
    "Australia",
    "Brazil",
    "Canada",
    "Denmark",
    "Egypt",
    "Finland",
    "France",
    "Germany",
    "Ghana",
    "India",
    "Italy",
    "Japan",
    "Kenya",
    "Mexico",
    "Norway",
    "Poland",
    "Portugal",
    "Spain",
    "Türkiye",
    "Vietnam",
];

const WORDS: &[&str] = &[
    "amber", "birch", "cloud", "coral", "delta", "ember", "fern", "forest", "harbor", "island",
    "juniper", "lagoon", "maple", "meadow", "nova", "ocean", "pebble", "quartz", "river", "sage",
    "stone", "summit", "tidal", "willow",
];
