//! What can go wrong with a ledger: each kind with a stable code and a hint.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Extended result code of SQLite: the shared memory beside the ledger could not grow, for want of space.
const IOERR_SHMSIZE: i32 = 10 | (19 << 8);

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("{}: no such ledger", path.display())]
    NotFound { path: PathBuf },
    #[error("{}: not a ledger: {what}", path.display())]
    NotALedger { path: PathBuf, what: String },
    #[error("{}: written by a newer version (layout {found}, this program knows up to {known})", path.display())]
    NewerVersion { path: PathBuf, found: i64, known: i64 },
    #[error("{}: another process is writing to this ledger{}", path.display(), holder.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Locked { path: PathBuf, holder: Option<u32> },
    #[error("{}: the ledger cannot be written", path.display())]
    ReadOnly { path: PathBuf },
    #[error("{}: no space left; what was being written was taken back", path.display())]
    DiskFull { path: PathBuf },
    #[error("{}: erased, but there is no space to build the file anew: traces may be left in it", path.display())]
    NotRebuilt { path: PathBuf },
    #[error("{}: cannot be opened: {what}", path.display())]
    Unreadable { path: PathBuf, what: String },
    #[error("{}: the ledger is damaged: {what}", path.display())]
    Damaged { path: PathBuf, what: String },
    #[error("no claim has the id {id}")]
    NoSuchClaim { id: String },
    #[error("{} claims begin with {prefix}: {}", if *more { "many" } else { "several" }, candidates.join(", "))]
    AmbiguousClaim { prefix: String, candidates: Vec<String>, more: bool },
    #[error("no article has the id {id}")]
    NoSuchDocument { id: String },
    #[error("no operation has the id {id}")]
    NoSuchOperation { id: String },
    /// A decision that makes no sense for what it is about.
    #[error("{what}")]
    Unfit { what: String },
    /// The reader's fault, not the user's: such an entry is refused as a whole.
    #[error("document {document}: {what}")]
    BadEntry { document: String, what: String },
    #[error("{}: {what}", path.display())]
    Other { path: PathBuf, what: String },
}

impl LedgerError {
    /// The stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::NotALedger { .. } => "not-a-ledger",
            Self::NewerVersion { .. } => "newer-version",
            Self::Locked { .. } => "locked",
            Self::ReadOnly { .. } => "read-only",
            Self::DiskFull { .. } => "disk-full",
            Self::NotRebuilt { .. } => "not-rebuilt",
            Self::Unreadable { .. } => "unreadable",
            Self::Damaged { .. } => "damaged",
            Self::NoSuchClaim { .. } => "no-such-claim",
            Self::AmbiguousClaim { .. } => "ambiguous-claim",
            Self::NoSuchDocument { .. } => "no-such-document",
            Self::NoSuchOperation { .. } => "no-such-operation",
            Self::Unfit { .. } => "unfit",
            Self::BadEntry { .. } => "bad-entry",
            Self::Other { .. } => "ledger",
        }
    }

    /// What the user can do about it; empty when nothing.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "add documents first, or name another ledger",
            Self::NotALedger { .. } => "name another file; this one was left as it is",
            Self::NewerVersion { .. } => "use the newer program; the ledger was left as it is",
            Self::Locked { .. } => "wait until it has finished; reading is possible meanwhile",
            Self::ReadOnly { .. } => "check the permissions of the file and its folder",
            Self::DiskFull { .. } => "make room and run again; what is stored already stays",
            Self::NotRebuilt { .. } => "make room; the next command that writes to the ledger builds it anew",
            Self::Unreadable { .. } => "check the path and the permissions of its folder",
            Self::Damaged { .. } => "restore a copy; do not write to this one",
            Self::NoSuchClaim { .. } => "ids are hexadecimal digits; the beginning of one is enough",
            Self::AmbiguousClaim { .. } => "give more of its digits",
            Self::NoSuchDocument { .. } => "the page of a claim names its article",
            Self::NoSuchOperation { .. } => "the log lists them",
            Self::Unfit { .. } | Self::BadEntry { .. } | Self::Other { .. } => "",
        }
    }

    /// What SQLite reports about the ledger at `path`.
    pub(crate) fn sqlite(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        let what = error.to_string();
        let rusqlite::Error::SqliteFailure(failure, _) = error else { return Self::Other { path, what } };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked { path, holder: None },
            ErrorCode::ReadOnly => Self::ReadOnly { path },
            ErrorCode::DiskFull => Self::DiskFull { path },
            ErrorCode::SystemIoFailure if failure.extended_code == IOERR_SHMSIZE => Self::DiskFull { path },
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure => {
                Self::Unreadable { path, what }
            }
            ErrorCode::DatabaseCorrupt => Self::Damaged { path, what },
            ErrorCode::NotADatabase => Self::NotALedger { path, what: "it is some other kind of file".to_owned() },
            _ => Self::Other { path, what },
        }
    }

    /// What the system reports about the ledger at `path` or a file beside it.
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
        let path = path.to_owned();
        match error.kind() {
            PermissionDenied | ReadOnlyFilesystem => Self::ReadOnly { path },
            StorageFull => Self::DiskFull { path },
            _ => Self::Unreadable { path, what: error.to_string() },
        }
    }
}
