//! Files of items: their names, types and endings.

use model::{Binary, item::Blob};
use smol_str::SmolStr;

/// A file as nodes give it; what the type or name leaves out is taken from the other.
pub(crate) fn binary(data: Blob, mime_type: &str, file_name: Option<&str>) -> Binary {
    let file_name = file_name.map(str::trim).filter(|it| !it.is_empty());
    let mime_type = match mime_type.split(';').next().unwrap_or("").trim() {
        "" => {
            let guess = file_name.and_then(|it| mime_guess::from_path(it).first_raw());
            guess.unwrap_or("application/octet-stream").to_owned()
        }
        known => known.to_ascii_lowercase(),
    };
    let of_name = file_name.and_then(|it| it.rsplit_once('.')).map(|(_, it)| it).filter(|it| {
        (1..=12).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric())
    });
    Binary {
        data,
        file_extension: of_name.or_else(|| extension(&mime_type)).map(SmolStr::from),
        mime_type: mime_type.into(),
        file_name: file_name.map(SmolStr::from),
        directory: None,
    }
}

/// The usual ending of a type; `None` for bytes of an unknown kind.
pub(crate) fn extension(mime_type: &str) -> Option<&'static str> {
    Some(match mime_type {
        "application/octet-stream" => return None,
        // The table gives these an ending that nobody expects.
        "image/jpeg" => "jpeg",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/markdown" => "md",
        "text/xml" | "application/xml" => "xml",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "audio/mp4" => "m4a",
        "video/mp4" => "mp4",
        "video/mpeg" => "mpeg",
        "video/quicktime" => "mov",
        "image/tiff" => "tiff",
        "image/svg+xml" => "svg",
        "application/javascript" | "text/javascript" => "js",
        "application/x-yaml" | "text/yaml" => "yaml",
        other => mime_guess::get_mime_extensions_str(other).and_then(<[_]>::first).copied()?,
    })
}

/// The file name in a `Content-Disposition` header.
pub(crate) fn name_in(disposition: &str) -> Option<String> {
    let mut plain = None;
    for (name, value) in parameters(disposition) {
        match name.as_str() {
            "filename*" => {
                let encoded = value.splitn(3, '\'').nth(2).unwrap_or(&value);
                return Some(last_part(&unescape(encoded))).filter(|it| !it.is_empty());
            }
            "filename" => plain = Some(last_part(&value)),
            _ => {}
        }
    }
    plain.filter(|it| !it.is_empty())
}

/// `a="x; y"; b=c` as pairs, names in lower case.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut res = vec![];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.rsplit([';', ' ', ',']).next().unwrap_or("").trim().to_ascii_lowercase();
        let after = after.trim_start();
        let mut value = String::new();
        if let Some(inner) = after.strip_prefix('"') {
            let mut letters = inner.char_indices();
            let mut end = inner.len();
            while let Some((at, letter)) = letters.next() {
                match letter {
                    '"' => {
                        end = at + 1;
                        break;
                    }
                    '\\' => value.extend(letters.next().map(|(_, it)| it)),
                    other => value.push(other),
                }
            }
            rest = &inner[end..];
        } else {
            let end = after.find(';').unwrap_or(after.len());
            value.push_str(after[..end].trim());
            rest = &after[end..];
        }
        res.push((name, value));
    }
    res
}

fn unescape(text: &str) -> String {
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match code.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A name never carries folders with it.
fn last_part(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or("").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disposition_gives_its_file_name_without_folders() {
        let check = |text: &str, name: Option<&str>| {
            assert_eq!(name_in(text).as_deref(), name, "{text}");
        };
        check("attachment", None);
        check("attachment; filename=a.pdf", Some("a.pdf"));
        check(r#"attachment; filename="a b; \"c\".pdf"; size=3"#, Some("a b; \"c\".pdf"));
        check(r#"form-data; name="x"; filename="../../etc/passwd""#, Some("passwd"));
        check(
            "attachment; filename=x.txt; filename*=UTF-8''na%C3%AFve%20file.txt",
            Some("naïve file.txt"),
        );
        check(r#"attachment; filename="""#, None);
        check("attachment; filename*=utf-8''%e2%82%a%", Some("\u{fffd}%a%"));
    }

    #[test]
    fn what_a_file_does_not_say_is_taken_from_what_it_does() {
        let check = |mime: &str, name: Option<&str>, expected: (&str, Option<&str>)| {
            let file = binary(Blob::Inline(vec![].into()), mime, name);
            assert_eq!((file.mime_type.as_str(), file.file_extension.as_deref()), expected);
        };
        check("text/html; charset=utf-8", None, ("text/html", Some("html")));
        check("", Some("a.png"), ("image/png", Some("png")));
        check("", None, ("application/octet-stream", None));
        check("application/pdf", Some("noending"), ("application/pdf", Some("pdf")));
        check("image/jpeg", Some("x.jpg"), ("image/jpeg", Some("jpg")));
    }
}
