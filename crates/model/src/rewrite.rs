//! Rules of URL Rewrite, as IIS has them in its configuration.

use serde::{Deserialize, Serialize};

/// One rule, as it is written; what is not written is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RewriteRule {
    /// `Wildcard`, `ExactMatch`; empty: regular expressions.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub syntax: String,
    /// Whether later rules are passed over once it matches.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stops: bool,
    /// Of a rule about answers: the header that it writes, as URL Rewrite calls it (`RESPONSE_Content_Security_Policy`).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub variable: String,
    /// The pattern of the address that it is asked about; where it writes a header, of what stood in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Whether it is asked about all other addresses instead.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub url_negated: bool,
    /// `MatchAny`; empty: all conditions must hold.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub grouping: String,
    /// What an answer must be like before the rule is looked at (`preCondition`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<RewriteCondition>,
    /// Conditions beside the address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<RewriteCondition>,
    /// `AbortRequest`, `CustomResponse`, `Rewrite`, `Redirect`, `None`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub action: String,
    /// Where it sends a request, or what it writes into the header.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The status that it answers with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
}

/// What a rule asks of a request beside its address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RewriteCondition {
    /// `{HTTP_COOKIE}`, `{UrlDecode:{REQUEST_URI}}`.
    pub input: String,
    /// The pattern.
    pub pattern: String,
    /// Whether it must not match.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
}
