//! The query string of a web request, taken apart so that a sweep matches shapes and not rows.
//!
//! Exchange puts ids into almost every query (`cafeReqId`, `ActID`, canaries), so nearly every query string is
//! distinct. Lifting the values of the known keys into columns of their own leaves a small set of shapes.
//! [`rebuild`] gives back the original byte for byte.

use crate::bytes::each_of;

/// Keys whose values are lifted, in lower case, with the column each goes to.
pub const LIFTED: [(&str, &str); 16] = [
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
    ("requestid", "q_requestid"),
    (OUTLOOK, "q_client_request_info"),
];

/// Outlook tells here which of its requests this is, in parts of its own between which it puts `;`.
const OUTLOOK: &str = "clientrequestinfo";

/// Keys are shorter than this.
const KEY_BYTES_MAX: usize = 32;

/// For each length of a key, a bit for each key of [`LIFTED`] that is so long.
const BY_LENGTH: [u32; KEY_BYTES_MAX] = {
    let mut keys = [0; KEY_BYTES_MAX];
    let mut at = 0;
    while at < LIFTED.len() {
        keys[LIFTED[at].0.len()] |= 1 << at;
        at += 1;
    }
    keys
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
    let bytes = query.as_bytes();
    if memchr::memchr(HOLE as u8, bytes).is_some() {
        shape.push_str(query);
        return;
    }
    // What stands before `copied` is in the shape.
    let (mut copied, mut key_start, mut equals) = (0, 0, None);
    let mut end_piece = |end: usize, equals: usize, key_start: usize| {
        if equals + 1 < end
            && let Some(place) = place(&query[key_start..equals])
            && lifted[place].is_none()
        {
            lifted[place] = Some(&query[equals + 1..end]);
            shape.push_str(&query[copied..=equals]);
            shape.push(HOLE);
            copied = end;
        }
    };
    let is_outlook = |key: &[u8]| key.eq_ignore_ascii_case(OUTLOOK.as_bytes());
    each_of(bytes, *b"=&;", |at| {
        if bytes[at] == b'=' {
            equals.get_or_insert(at);
        } else if bytes[at] == b'&' || !equals.is_some_and(|equals| is_outlook(&bytes[key_start..equals])) {
            if let Some(equals) = equals.take() {
                end_piece(at, equals, key_start);
            }
            key_start = at + 1;
        }
    });
    if let Some(equals) = equals {
        end_piece(bytes.len(), equals, key_start);
    }
    shape.push_str(&query[copied..]);
}

/// The index into [`LIFTED`] of a key. Exchange's own logs write the query with its `?`, which may lead.
fn place(key: &str) -> Option<usize> {
    let key = key.strip_prefix('?').unwrap_or(key);
    // Most keys are none of these: their lengths tell.
    let mut candidates = *BY_LENGTH.get(key.len())?;
    while candidates != 0 {
        let at = candidates.trailing_zeros() as usize;
        if key.eq_ignore_ascii_case(LIFTED[at].0) {
            return Some(at);
        }
        candidates &= candidates - 1;
    }
    None
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
    fn requests_of_outlook_are_all_of_one_shape() {
        let query = "mailboxId=a@example.test&RequestId=7f52&ClientRequestInfo=R:{33627D}:1;RT:Execute;CI:{DC96}:5&ResponseInfo=XRC:0;SC:0";
        let split = split(query);
        let shape = "mailboxId={}&RequestId={}&ClientRequestInfo={}&ResponseInfo=XRC:0;SC:0";
        assert_eq!(split.shape.replace(HOLE, "{}"), shape);
        assert_eq!(split.lifted[15].as_deref(), Some("R:{33627D}:1;RT:Execute;CI:{DC96}:5"));
        assert_eq!(again(query), query);
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
            "ClientRequestInfo=;cid=1;User=x",
            "ClientRequestInfo=a;cid=1&ClientRequestInfo=b;cid=2&cid=3",
        ] {
            assert_eq!(again(q), q, "{q:?}");
        }
    }

    proptest! {
        #[test]
        fn any_query_comes_back_unchanged(q in "(([?]?cid|cafeReqId|ActID|ClientRequestInfo|x|User)?=?[a-z&;=?\u{1}é]{0,6}){0,8}") {
            prop_assert_eq!(again(&q), q);
        }
    }
}
