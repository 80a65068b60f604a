//! One flaw: what it is, who must do what about it, and whether it is used.

use super::{day, product_of};
use assize_model::Build;
use assize_model::time::Day;
use serde::{Deserialize, Deserializer};

/// One row of `exposure/cves.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct Flaw {
    /// `CVE-2021-26855`; `ADV190018` where Microsoft gave no such number.
    pub cve: String,
    /// What everybody calls it, `ProxyLogon`; empty where it has no name.
    pub alias: String,
    /// What it lets a stranger do: `code`, `rights`, `disclosure`, `spoofing`, `tampering`, `outage`, `bypass`; empty where
    /// Microsoft's table is not at hand.
    pub kind: String,
    /// What a stranger must have.
    pub needs: Option<Needs>,
    /// When it was made public, UTC; often later than its fix.
    #[serde(deserialize_with = "day")]
    pub published: Option<Day>,
    /// The update that first brought the fix, `Mar21SU`; empty where a setting alone fixes it.
    pub fixed_by: String,
    /// The product lines that have it: `Exchange 2016`.
    #[serde(deserialize_with = "products")]
    pub families: Vec<String>,
    /// The product lines that were out of support when it was found, so that nobody says whether they have it.
    #[serde(deserialize_with = "products")]
    pub not_assessed: Vec<String>,
    /// What must be done beside the update.
    pub step: Option<Step>,
    /// The step is done from this build on, unless somebody undid it.
    pub default_from: Option<Build>,
    /// Setting overrides that switch the fix off again; each alone is enough.
    #[serde(deserialize_with = "overrides")]
    pub switched_off_by: Vec<Override>,
    /// When CISA put it on its list of flaws that are used, UTC.
    #[serde(deserialize_with = "day")]
    pub kev_added: Option<Day>,
    /// The day by which that list wants it fixed.
    #[serde(deserialize_with = "day")]
    pub kev_due: Option<Day>,
    /// Whether that list knows of extortion with it; empty where the row at hand does not tell.
    pub kev_ransomware: Option<Ransomware>,
    /// Where the row is from.
    pub source: String,
}

impl Flaw {
    /// Whether a product line has it.
    #[must_use]
    pub fn affects(&self, product: &str) -> bool {
        self.families.iter().any(|p| p == product)
    }

    /// Whether a build has the extra step done by itself.
    #[must_use]
    pub fn done_by_default(&self, build: Build) -> bool {
        product_of(build).is_some() && self.default_from.is_some_and(|from| build >= from)
    }
}

/// What a stranger must have to use a flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// A way to the server.
    Nothing,
    /// A login of somebody else, passed on.
    Relay,
    /// Somebody who opens a mail in the browser.
    Reader,
    /// Any mailbox.
    Mailbox,
    /// An account with a certain role.
    Role,
    /// An administrator of the server.
    Administrator,
    /// Another flaw before it.
    Chain,
}

/// What must be done beside an update. Each is looked for in the evidence by `assess`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Extended Protection of Windows authentication on the front-end folders.
    ExtendedProtection,
    /// A separate host name for attachments in the browser.
    DownloadDomains,
    /// The schema of the directory extended.
    PrepareSchema,
    /// The domains prepared.
    PrepareDomain,
    /// IIS without its cache of tokens, or with the Windows update of October 2023.
    TokenCache,
    /// What PowerShell passes on is signed by a certificate.
    SerializationSigning,
    /// An own application for the hybrid, and old keys removed.
    HybridApp,
    /// The converter of documents of another maker switched off.
    OutsideIn,
}

impl Step {
    /// Its word in content, results and texts.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ExtendedProtection => "extended-protection",
            Self::DownloadDomains => "download-domains",
            Self::PrepareSchema => "prepare-schema",
            Self::PrepareDomain => "prepare-domain",
            Self::TokenCache => "token-cache",
            Self::SerializationSigning => "serialization-signing",
            Self::HybridApp => "hybrid-app",
            Self::OutsideIn => "outside-in",
        }
    }
}

/// Whether extortion with a flaw is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ransomware {
    /// Known.
    Known,
    /// Not known.
    Unknown,
}

/// A setting override of Exchange: `New-SettingOverride -Component … -Section … -Parameters @("name=value")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// `OAuth`.
    pub component: String,
    /// `AppIdBasedAudienceValidation`.
    pub section: String,
    /// `Enabled=false`.
    pub parameter: String,
}

fn products<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(d)?;
    Ok(text.split_whitespace().map(|year| format!("Exchange {year}")).collect())
}

fn overrides<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Override>, D::Error> {
    let text = String::deserialize(d)?;
    let one = |text: &str| {
        let (place, parameter) = text.split_once(' ')?;
        let (component, section) = place.split_once('/')?;
        let whole = [component, section].iter().all(|p| !p.is_empty()) && parameter.contains('=');
        whole.then(|| Override { component: component.into(), section: section.into(), parameter: parameter.into() })
    };
    let wrong = || serde::de::Error::custom(format!("component/section parameter=value, not {text:?}"));
    text.split('|').filter(|t| !t.is_empty()).map(|t| one(t).ok_or_else(wrong)).collect()
}
