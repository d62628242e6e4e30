//! A multipart form as bytes, so that it can be sent again after a redirect or a challenge.

use bytes::{BufMut, Bytes, BytesMut};
use smol_str::SmolStr;

/// One part of a form.
#[derive(Clone, Debug)]
pub struct Part {
    pub name: SmolStr,
    /// Makes it a file.
    pub file_name: Option<SmolStr>,
    pub content_type: Option<SmolStr>,
    pub body: Bytes,
}

/// The form's content type and its body. `boundary` must occur in no part.
pub fn multipart(boundary: &str, parts: &[Part]) -> (String, Bytes) {
    let mut res = BytesMut::with_capacity(parts.iter().map(|it| it.body.len() + 200).sum());
    for part in parts {
        let mut head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
            escaped(&part.name)
        );
        if let Some(file_name) = &part.file_name {
            head.push_str(&format!("; filename=\"{}\"", escaped(file_name)));
        }
        head.push_str("\r\n");
        if let Some(content_type) = &part.content_type {
            let content_type: String = content_type.chars().filter(|it| !it.is_control()).collect();
            head.push_str(&format!("Content-Type: {content_type}\r\n"));
        }
        head.push_str("\r\n");
        res.put_slice(head.as_bytes());
        res.put_slice(&part.body);
        res.put_slice(b"\r\n");
    }
    res.put_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), res.freeze())
}

/// As browsers do it: quotes and line breaks as percent codes.
fn escaped(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
