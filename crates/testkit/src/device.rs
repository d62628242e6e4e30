//! A device with a passkey, for tests: it answers as a browser with it would, and lies as a test tells it to.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Made for this file, and used nowhere else.
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaQwg3oULR3t2kNbV
NFByxnvHmV/zfVADZt8cqJIs6mqhRANCAAQAPMkfd0hYFCJrCman9HfQRK4TR+I9
9mtoUg12YCufImpSVnjfvxV13t4hSASshQrzG5unDvGJavFUg5F8altx
-----END PRIVATE KEY-----";
const PUBLIC_KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEADzJH3dIWBQiawpmp/R30ESuE0fiPfZraFINdmArnyJqUlZ4378Vdd7eIUgErIUK8xubpw7xiWrxVIORfGpbcQ==";

/// Somebody was there, it was made sure who, and a key comes with it.
const FLAGS: u8 = 0b100_0101;

/// See the module.
#[derive(Clone, Debug)]
pub struct Device {
    pub origin: String,
    pub relying_party: String,
    pub credential: Vec<u8>,
    pub flags: u8,
    /// How often it has signed; 0 for one that does not count.
    pub n_signed: u32,
    /// What the browser says that it was asked, when it is something else.
    pub kind: Option<&'static str>,
}

impl Device {
    pub fn new(origin: &str) -> Device {
        let relying_party = origin.split("//").nth(1).unwrap_or_default();
        Device {
            relying_party: relying_party.split(':').next().unwrap_or_default().to_owned(),
            origin: origin.to_owned(),
            credential: b"a key of the tests".to_vec(),
            flags: FLAGS,
            n_signed: 0,
            kind: None,
        }
    }

    /// What is sent when it has made the key.
    pub fn make(&self, challenge: &str) -> Value {
        let mut device = self.said();
        device.extend([0; 16]);
        device.extend(u16::try_from(self.credential.len()).unwrap_or_default().to_be_bytes());
        device.extend(&self.credential);
        // The key as devices write it stands here; nobody reads it.
        device.push(0xa0);
        let public_key = STANDARD.decode(PUBLIC_KEY).expect("base64 of this file");
        json!({
            "name": "A phone",
            "clientData": encoded(&self.client("webauthn.create", challenge)),
            "authenticatorData": encoded(&device),
            "publicKey": encoded(&public_key),
        })
    }

    /// What is sent when it has signed.
    pub fn sign(&self, challenge: &str) -> Value {
        let (client, device) = (self.client("webauthn.get", challenge), self.said());
        let mut text = device.clone();
        text.extend(Sha256::digest(&client));
        let key = EncodingKey::from_ec_pem(KEY.as_bytes()).expect("a key of this file");
        let signature = crypto::sign(&text, &key, Algorithm::ES256).expect("it signs");
        let bare = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        json!({
            "credential": encoded(&self.credential),
            "clientData": encoded(&client),
            "authenticatorData": encoded(&device),
            "signature": encoded(&der(&bare)),
        })
    }

    fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
        let kind = self.kind.unwrap_or(kind);
        json!({"type": kind, "challenge": challenge, "origin": self.origin}).to_string().into()
    }

    fn said(&self) -> Vec<u8> {
        let mut res = Sha256::digest(&self.relying_party).to_vec();
        res.push(self.flags);
        res.extend(self.n_signed.to_be_bytes());
        res
    }
}

/// Two numbers of 32 bytes, as a sequence of ASN.1.
fn der(bare: &[u8]) -> Vec<u8> {
    let number = |bytes: &[u8]| {
        let start = bytes.iter().position(|it| *it != 0).unwrap_or(bytes.len() - 1);
        let mut res = bytes[start..].to_vec();
        if res[0] & 0x80 != 0 {
            res.insert(0, 0);
        }
        [vec![2, res.len() as u8], res].concat()
    };
    let both = [number(&bare[..32]), number(&bare[32..])].concat();
    [vec![0x30, both.len() as u8], both].concat()
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
