//! How a command ends when it does not end well: one line for the person, one number for the script.

use std::process::ExitCode;

/// The exit codes, which `tailorbird --help` and the manual state. They never change their meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// The command did its work and the answer is no: a workflow ended in error, a check found faults.
    Failed = 1,
    /// The command line, an option or an input file is wrong.
    Usage = 2,
    /// A server, database or file could not be reached.
    Unreachable = 3,
}

#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    /// Empty when everything was said already.
    message: String,
}

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub(crate) fn failed(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Failed, message: message.into() }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Usage, message: message.into() }
    }

    pub(crate) fn unreachable(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Unreachable, message: message.into() }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Says what is wrong, where the command goes on all the same.
    pub(crate) fn tell(&self) {
        if !self.message.is_empty() {
            eprintln!("tailorbird: {}", self.message);
        }
    }

    pub(crate) fn report(self) -> ExitCode {
        self.tell();
        ExitCode::from(self.exit as u8)
    }
}

/// Reads a text file, or standard input for `-`, of at most this many bytes.
pub(crate) fn read_text(path: &std::path::Path, bytes_max: u64) -> Outcome<String> {
    use std::io::Read;

    let name = path.display();
    let cannot = |e: std::io::Error| Failure::unreachable(format!("cannot read {name}: {e}"));
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(bytes_max + 1).read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(path).map_err(cannot)?;
        file.take(bytes_max + 1).read_to_string(&mut text)
    };
    if read.map_err(cannot)? as u64 > bytes_max {
        return Err(Failure::usage(format!("{name} is larger than {bytes_max} bytes")));
    }
    Ok(text)
}
