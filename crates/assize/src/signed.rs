//! A case that somebody stands for: the list of its files with their hashes, signed with a key of theirs.
//!
//! The list has the form of `sha256sum`, the signature that of OpenSSH (`PROTOCOL.sshsig`), so both can be checked
//! without us: `sha256sum -c signed.sha256`, `ssh-keygen -Y verify -n assize-case`.

use crate::exit::Stop;
use crate::{input, run};
use assize_case::Case;
use assize_model::display::Foreign;
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the signature is for, so that it cannot be passed off as one for something else.
const NAMESPACE: &str = "assize-case";
/// A key, or a list of files, is shorter.
const BYTES_MAX: u64 = 1 << 20;

/// What the signature of a case says.
#[derive(Debug, Default)]
pub(crate) struct Signed {
    /// The fingerprint of the key that signed, `SHA256:...`. Nothing where the case is not signed, or by nobody known.
    pub(crate) by: Option<String>,
    /// What is not as it was signed.
    pub(crate) differs: Vec<String>,
    /// Files of the case that were written after it was signed.
    pub(crate) later: Vec<String>,
}

/// Makes a key, and keeps it where only its owner can read it; the part that others need goes beside it, to `.pub`.
pub(crate) fn new_key(path: &Path, comment: &str) -> Result<PublicKey, Stop> {
    let mut key = PrivateKey::random(&mut ssh_key::rand_core::OsRng, Algorithm::Ed25519).map_err(run::own)?;
    key.set_comment(comment);
    let secret = key.to_openssh(LineEnding::LF).map_err(run::own)?;
    create(path, secret.as_bytes(), true)?;
    let public = key.public_key().to_openssh().map_err(run::own)?;
    create(&beside(path), format!("{public}\n").as_bytes(), false)?;
    Ok(key.public_key().clone())
}

/// The file for others: `assize.key.pub` of `assize.key`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

/// Writes a file that must not be there yet.
fn create(path: &Path, bytes: &[u8], secret: bool) -> Result<(), Stop> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let fault = |e: std::io::Error| Stop::Own(format!("{} cannot be made: {e}", path.display()));
    options.open(path).map_err(fault)?.write_all(bytes).map_err(fault)
}

/// Reads a short file of text.
fn short(path: &Path) -> Result<String, Stop> {
    input::short(path, BYTES_MAX).map_err(|e| Stop::Input(format!("{} cannot be read: {e}", path.display())))
}

/// Reads a secret key.
pub(crate) fn secret_key(path: &Path) -> Result<PrivateKey, Stop> {
    let key = PrivateKey::from_openssh(short(path)?)
        .map_err(|e| Stop::Input(format!("{} is no private key of OpenSSH: {e}", path.display())))?;
    if key.is_encrypted() {
        let why = "is under a password, which is not asked for here; make one for this purpose with `assize keys new`";
        return Err(Stop::Input(format!("{} {why}", path.display())));
    }
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(Stop::Input(format!("{} is a key of kind {}; Ed25519 is needed", path.display(), key.algorithm())));
    }
    Ok(key)
}

/// The key whose owner must have signed, as a person names it.
#[derive(Debug, Clone)]
pub(crate) enum Signer {
    /// By its fingerprint, `SHA256:...`.
    Fingerprint(String),
    /// By the key itself.
    Key(Box<PublicKey>),
}

impl Signer {
    /// A fingerprint, or a file that holds a public key.
    pub(crate) fn read(text: &str) -> Result<Self, Stop> {
        if text.starts_with("SHA256:") {
            return Ok(Self::Fingerprint(text.trim().into()));
        }
        Ok(Self::Key(Box::new(public_key(Path::new(text))?)))
    }

    fn is(&self, key: &PublicKey) -> bool {
        match self {
            Self::Fingerprint(fingerprint) => *fingerprint == self::fingerprint(key),
            Self::Key(known) => known.key_data() == key.key_data(),
        }
    }
}

/// Reads a public key from its own file, or from that of the secret one.
pub(crate) fn public_key(path: &Path) -> Result<PublicKey, Stop> {
    let text = short(path)?;
    if let Ok(key) = PrivateKey::from_openssh(&text) {
        return Ok(key.public_key().clone());
    }
    PublicKey::from_openssh(text.trim())
        .map_err(|e| Stop::Input(format!("{} is no key of OpenSSH: {e}", path.display())))
}

/// The fingerprint as OpenSSH prints it.
pub(crate) fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// Signs what the case holds now; gives the number of files that are named.
pub(crate) fn sign(case: &Case, key: &PrivateKey) -> Result<usize, Stop> {
    let list = case.to_sign().map_err(run::own)?;
    let signature = key.sign(NAMESPACE, HashAlg::Sha512, list.as_bytes()).map_err(run::own)?;
    let signature = signature.to_pem(LineEnding::LF).map_err(run::own)?;
    case.write_signed(&list, &signature).map_err(run::own)?;
    Ok(list.lines().count())
}

/// Compares a case with what was signed of it. Without a signature there is nothing to compare, unless one is asked for.
pub(crate) fn check(case: &Case, signer: Option<&Signer>) -> Result<Signed, Stop> {
    let mut signed = Signed::default();
    let Some((list, signature)) = case.signed().map_err(run::own)? else {
        if signer.is_some() {
            signed.differs.push("the case is not signed".into());
        }
        return Ok(signed);
    };
    match SshSig::from_pem(&signature) {
        Err(e) => signed.differs.push(format!("its signature cannot be read: {e}")),
        Ok(signature) => {
            let key = PublicKey::from(signature.public_key().clone());
            if key.verify(NAMESPACE, list.as_bytes(), &signature).is_err() {
                signed.differs.push("its signature is not for this list of files".into());
            } else if signer.is_some_and(|signer| !signer.is(&key)) {
                signed.differs.push(format!("it was signed by {}, which is another key", fingerprint(&key)));
            } else {
                signed.by = Some(fingerprint(&key));
            }
        }
    }
    let named = names(&list, &mut signed.differs);
    if !named.contains_key("case.json") {
        signed.differs.push("case.json is not among the files that were signed".into());
    }
    let written = case.written().map_err(run::own)?;
    signed.later = written.into_keys().filter(|name| !named.contains_key(name.as_str())).collect();
    for (name, hash) in named {
        match assize_case::sha256(&case.folder().join(name)) {
            Ok(found) if found == hash => {}
            Ok(_) => signed.differs.push(format!("{name} is not what was signed")),
            Err(e) => signed.differs.push(e.to_string()),
        }
    }
    Ok(signed)
}

/// The names of a list with their hashes. A name that leads out of the folder is none.
fn names<'l>(list: &'l str, differs: &mut Vec<String>) -> BTreeMap<&'l str, &'l str> {
    let mut named = BTreeMap::new();
    for line in list.lines() {
        match line.split_once("  ") {
            Some((hash, name))
                if hash.len() == 64 && !name.is_empty() && !name.contains(['/', '\\', ':']) && name != ".." =>
            {
                named.insert(name, hash);
            }
            _ => differs.push(format!("what was signed has a line of another kind: {}", Foreign(line))),
        }
    }
    named
}

/// Whether a file can be read by others than its owner, where the system can say.
pub(crate) fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}
