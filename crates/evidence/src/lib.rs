//! Evidence: a folder, a file or an archive, opened read-only and hashed before it is interpreted.
