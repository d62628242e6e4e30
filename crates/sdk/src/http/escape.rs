//! Text in addresses.

/// Text as it stands in one part of an address, such as between two slashes: what is not plain there is escaped.
pub fn as_part(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            res.push(char::from(byte));
        } else {
            res.push_str(&format!("%{byte:02X}"));
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_an_address_is_escaped() {
        assert_eq!(as_part("a-b._~Z9"), "a-b._~Z9");
        assert_eq!(as_part("a/b ?#%+ü"), "a%2Fb%20%3F%23%25%2B%C3%BC");
    }
}
