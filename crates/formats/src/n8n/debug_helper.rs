//! Debug Helper.

use super::source::{Source, Target};

pub(super) const TYPES: &[&str] = &["debugHelper"];

pub(super) fn map(source: &Source) -> Result<Target, String> {
    let mut target = Target::new("debug.helper");
    match source.text("category", "throwError").as_str() {
        "doNothing" => target.set("kind", "nothing"),
        "throwError" => {
            target.set("kind", "error");
            target.set("message", source.at("throwErrorMessage"));
        }
        "oom" => {
            target.set("kind", "error");
            target.set("message", "out of memory");
            target.approximate("it fails instead of using up the memory of the machine");
        }
        "randomData" => random(source, &mut target),
        other => return Err(format!("its category `{other}` is not known")),
    }
    Ok(target)
}

fn random(source: &Source, target: &mut Target) {
    target.set("kind", "random");
    let kinds = [
        ("user", "user"),
        ("address", "address"),
        ("latLong", "latLong"),
        ("creditCard", "creditCard"),
        ("email", "email"),
        ("ipv4", "ipv4"),
        ("ipv6", "ipv6"),
        ("macAddress", "macAddress"),
        ("nanoid", "nanoId"),
        ("url", "url"),
        ("uuid", "uuid"),
        ("semver", "semver"),
    ];
    target.set("data", source.choice("randomDataType", &kinds));
    target.set("count", source.or("randomDataCount", 10));
    target.set("alphabet", source.at("nanoidAlphabet"));
    target.set("length", source.at("nanoidLength"));
    target.set("single", source.at("randomDataSingleArray"));
    target.set("seed", source.at("randomDataSeed"));
    if !source.text("randomDataSeed", "").is_empty() {
        target.approximate("the same seed gives other data here");
    }
}
