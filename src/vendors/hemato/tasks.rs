//! The diagnostic tasks that can be requested. Pure.

use super::errors::Refusal;
use super::wire;

/// The words of those that there are.
pub const KNOWN: [&str; 1] = ["pbs_v1"];

/// A diagnostic task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiagnosticTask {
    /// Everything that is said of a peripheral blood smear, first version.
    PbsV1,
}

impl DiagnosticTask {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PbsV1 => "pbs_v1",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::PbsV1].into_iter().find(|task| task.as_str() == word)
    }
}

/// The tasks of a list, each once.
///
/// # Errors
/// [`Refusal::UnknownTask`] when there is none, or one that is not known.
pub fn checked(words: &[String]) -> Result<Vec<DiagnosticTask>, Refusal> {
    let mut tasks = Vec::new();
    for word in words {
        let task = DiagnosticTask::parse(word).ok_or(Refusal::UnknownTask)?;
        if !tasks.contains(&task) {
            tasks.push(task);
        }
    }
    if tasks.is_empty() { Err(Refusal::UnknownTask) } else { Ok(tasks) }
}

/// The list under one of its three names.
///
/// # Errors
/// When different lists are given under several of them.
pub fn named(lists: &wire::Tasks) -> Result<Option<&[String]>, Refusal> {
    let wire::Tasks { diagnostic_tasks, tasks, clinical_tasks_requested } = lists;
    let mut all = [diagnostic_tasks, tasks, clinical_tasks_requested].into_iter().flatten();
    let first = all.next();
    if all.any(|other| Some(other) != first) {
        return Err(Refusal::field("tasks", "are given twice, and differ"));
    }
    Ok(first.map(Vec::as_slice))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn unknown_and_missing_tasks_are_refused() {
        for words in [&[][..], &["pbs_v2"], &["pbs_v1", ""], &["PBS_V1"]] {
            assert!(matches!(checked(&of(words)), Err(Refusal::UnknownTask)), "{words:?}");
        }
        assert_eq!(checked(&of(&["pbs_v1", "pbs_v1"])).unwrap(), [DiagnosticTask::PbsV1]);
        assert_eq!(DiagnosticTask::PbsV1.as_str(), KNOWN[0]);
    }

    #[test]
    fn all_three_names_are_the_same_list() {
        let list = || Some(of(&["pbs_v1"]));
        let lists = |one, other, third| wire::Tasks {
            diagnostic_tasks: one,
            tasks: other,
            clinical_tasks_requested: third,
        };
        for lists in [lists(list(), None, None), lists(None, list(), None), lists(list(), list(), list())] {
            assert_eq!(named(&lists).unwrap().unwrap(), ["pbs_v1"]);
        }
        assert_eq!(named(&lists(None, None, None)).unwrap(), None);
        assert!(named(&lists(list(), Some(Vec::new()), None)).is_err());
    }
}
