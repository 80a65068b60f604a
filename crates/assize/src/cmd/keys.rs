//! `assize keys`: a key of one's own, and cases signed with it.

use crate::exit::{OK, Stop};
use crate::{opened, out, signed};
use clap::Subcommand;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Arguments of `assize keys`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  assize keys new me.key --comment \"J. Doe, CERT\"  a key of your own; me.key.pub is for others
  assize keys sign cases/*/ --key me.key           stand for these cases as they are now
  assize verify CASE --signer me.key.pub           is it all as that person signed it?

Keys and signatures are those of OpenSSH, so a case can be checked without Assize, inside its folder:
  sha256sum -c signed.sha256
  ssh-keygen -Y check-novalidate -n assize-case -s signed.sha256.sig < signed.sha256")]
pub(crate) struct Args {
    /// What to do
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a key (Ed25519); nobody else must see the file
    New {
        /// Where to keep it; FILE.pub beside it is the part for others
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Whose it is, in words
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Print the part of a key that others need, and its fingerprint
    Show {
        /// A key of OpenSSH, secret or public
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Sign cases: their manifest, with the hashes of all tables and evidence, and every report in them
    Sign {
        /// Case folders
        #[arg(value_name = "CASE", required = true)]
        cases: Vec<PathBuf>,
        /// The secret key, without a password
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Makes, shows, signs.
pub(crate) fn run(args: &Args) -> Result<u8, Stop> {
    let mut text = String::new();
    match &args.what {
        What::New { file, comment } => {
            let key = signed::new_key(file, comment)?;
            let _ = writeln!(text, "{}", signed::fingerprint(&key));
            let _ = writeln!(
                text,
                "Keep {} to yourself. Give {}.pub to whoever must check.",
                file.display(),
                file.display()
            );
        }
        What::Show { file } => {
            let key = signed::public_key(file)?;
            let line = key.to_openssh().map_err(crate::run::own)?;
            let _ = writeln!(text, "{line}\n{}", signed::fingerprint(&key));
        }
        What::Sign { cases, key: file } => {
            let key = signed::secret_key(file)?;
            if signed::is_open_to_others(file) {
                out::error(&format!("{} can be read by others on this machine", file.display()));
            }
            for folder in cases {
                let case = opened::case(folder)?;
                // What is changed already must not be signed as if it were right.
                if let Some(fault) = case.check().first() {
                    return Err(Stop::Own(format!("{} is not signed: {fault}", folder.display())));
                }
                let files = signed::sign(&case, &key)?;
                let by = signed::fingerprint(key.public_key());
                let _ = writeln!(text, "{}: {files} files signed by {by}", folder.display());
            }
        }
    }
    out::print(&text)?;
    Ok(OK)
}
