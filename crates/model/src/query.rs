//! The query string of a web request, taken apart so that a sweep matches shapes and not rows.
//!
//! Exchange puts ids into almost every query (`cafeReqId`, `ActID`, canaries), so nearly every query string is
//! distinct. Lifting the values of the known keys into columns of their own leaves a small set of shapes.
//! [`rebuild`] gives back the original byte for byte.

/// Keys whose values are lifted, in lower case, with the column each goes to.
pub const LIFTED: [(&str, &str); 14] = [
    ("cafereqid", "q_cafe_req_id"),
    ("correlationid", "q_correlation_id"),
    ("reqid", "q_req_id"),
    ("actid", "q_act_id"),
    ("cid", "q_cid"),
    ("msexchecpcanary", "q_canary"),
    ("x-owa-canary", "q_owa_canary"),
    ("mailboxid", "q_mailbox_id"),
    ("deviceid", "q_device_id"),
    ("user", "q_user"),
    ("sessionid", "q_session_id"),
    ("request_id", "q_request_id"),
    ("clientid", "q_client_id"),
    ("email", "q_email"),
];

/// A bit for each length that a key of [`LIFTED`] has.
const LENGTHS: u32 = {
    let mut lengths = 0;
    let mut at = 0;
    while at < LIFTED.len() {
        lengths |= 1 << LIFTED[at].0.len();
        at += 1;
    }
    lengths
};

/// Stands in a shape where a value was lifted. A query that holds this character itself is not taken apart.
pub const HOLE: char = '\u{1}';

/// A query string taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// The query with [`HOLE`] for each lifted value.
    pub shape: String,
    /// The lifted values, by index into [`LIFTED`].
    pub lifted: [Option<String>; LIFTED.len()],
}

/// The lifted values of one query, by index into [`LIFTED`].
pub type Lifted<'q> = [Option<&'q str>; LIFTED.len()];

/// Takes a query string apart. Each key is lifted once; a second value of the same key stays in the shape.
#[must_use]
pub fn split(query: &str) -> Split {
    let (mut shape, mut lifted) = (String::new(), Lifted::default());
    split_into(query, &mut shape, &mut lifted);
    Split { shape, lifted: lifted.map(|v| v.map(str::to_owned)) }
}

/// Like [`split`], into buffers of the caller that are cleared first, so that a hot loop allocates nothing.
pub fn split_into<'q>(query: &'q str, shape: &mut String, lifted: &mut Lifted<'q>) {
    shape.clear();
    lifted.fill(None);
    if memchr::memchr(HOLE as u8, query.as_bytes()).is_some() {
        shape.push_str(query);
        return;
    }
    let mut rest = query;
    while !rest.is_empty() {
        let end = memchr::memchr2(b'&', b';', rest.as_bytes());
        let body = &rest[..end.unwrap_or(rest.len())];
        let piece = &rest[..end.map_or(rest.len(), |at| at + 1)];
        rest = &rest[piece.len()..];
        let found = memchr::memchr(b'=', body.as_bytes()).and_then(|equals| {
            let (key, value) = (&body[..equals], &body[equals + 1..]);
            let at = place(key)?;
            (lifted[at].is_none() && !value.is_empty()).then_some((key, value, at))
        });
        if let Some((key, value, at)) = found {
            shape.push_str(key);
            shape.push('=');
            shape.push(HOLE);
            lifted[at] = Some(value);
            shape.push_str(&piece[body.len()..]);
        } else {
            shape.push_str(piece);
        }
    }
}

/// The index into [`LIFTED`] of a key. Exchange's own logs write the query with its `?`, which may lead.
fn place(key: &str) -> Option<usize> {
    let key = key.strip_prefix('?').unwrap_or(key);
    // Most keys are none of these: their lengths tell.
    if key.len() >= 32 || (LENGTHS >> key.len()) & 1 == 0 {
        return None;
    }
    LIFTED.iter().position(|(k, _)| key.eq_ignore_ascii_case(k))
}

/// Puts a query string together again; `lifted` gives the value of a key by its index into [`LIFTED`].
#[must_use]
pub fn rebuild<'a>(shape: &str, lifted: impl Fn(usize) -> Option<&'a str>) -> String {
    let mut query = String::with_capacity(shape.len() + 64);
    let mut rest = shape;
    while let Some(at) = rest.find(HOLE) {
        query.push_str(&rest[..at]);
        let key = query.trim_end_matches('=').rsplit(['&', ';']).next().unwrap_or_default();
        let value = place(key).and_then(&lifted);
        match value {
            Some(value) => query.push_str(value),
            None => query.push(HOLE),
        }
        rest = &rest[at + HOLE.len_utf8()..];
    }
    query.push_str(rest);
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn again(query: &str) -> String {
        let split = split(query);
        rebuild(&split.shape, |i| split.lifted[i].as_deref())
    }

    #[test]
    fn an_exchange_query_becomes_a_shape() {
        let split = split("&CorrelationID=<empty>;&cafeReqId=cde28fc4-299e;&encoding=;");
        assert_eq!(split.shape.replace(HOLE, "{}"), "&CorrelationID={};&cafeReqId={};&encoding=;");
        assert_eq!(split.lifted[0].as_deref(), Some("cde28fc4-299e"));
    }

    #[test]
    fn odd_queries_come_back_unchanged() {
        for q in [
            "",
            "-",
            "=",
            "cid",
            "cid=",
            "cid=1&cid=2",
            "?cid=1&?cid=2",
            "cid=a=b=c",
            "cid=\u{1}",
            "a=1&&;;cid=x",
            "User=é&CID=ü;",
        ] {
            assert_eq!(again(q), q, "{q:?}");
        }
    }

    proptest! {
        #[test]
        fn any_query_comes_back_unchanged(q in "(([?]?cid|cafeReqId|ActID|x|User)?=?[a-z&;=?\u{1}é]{0,6}){0,8}") {
            prop_assert_eq!(again(&q), q);
        }
    }
}
