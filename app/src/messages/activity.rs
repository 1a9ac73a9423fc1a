//! Scans and what they do.

use crate::visitor::Locale;

super::texts! {
    activity: "Activity", "Activité";
    activity_now: "Activity: something is going on", "Activité : quelque chose est en cours";
    activity_hint: "A scan compares what is known of a registry with the registry itself. It reads only what is new.",
        "Une analyse compare ce qui est connu d’un registre au registre lui-même. Elle ne lit que ce qui est nouveau.";
    scan_now: "Scan now", "Analyser maintenant";
    no_scans: "Nothing has been scanned yet", "Rien n’a encore été analysé";
    no_scans_hint: "Repositories are scanned when somebody opens them, when the registry tells of a push, and every few hours.",
        "Les dépôts sont analysés quand on les ouvre, quand le registre signale un push, et toutes les quelques heures.";
    what: "What", "Quoi";
    done: "Done", "Fait";
    started: "Started", "Début";
    stop: "Stop", "Arrêter";
    a_repository: "repository", "dépôt";
    whole_registry: "whole registry", "registre entier";
    scan_running: "running", "en cours";
    scan_done: "done", "terminée";
    scan_stopped: "stopped", "arrêtée";
    scan_failed: "failed", "échouée";
}

impl Locale {
    pub(crate) fn scan_registry(self, registry: &str) -> String {
        match self {
            Self::En => format!("Scan {registry}"),
            Self::Fr => format!("Analyser {registry}"),
        }
    }

    /// `12 of 5,025`.
    pub(crate) fn n_of(self, done: usize, total: usize) -> String {
        let (done, total) = (self.number(done), self.number(total));
        match self {
            Self::En => format!("{done} of {total}"),
            Self::Fr => format!("{done} sur {total}"),
        }
    }

    /// `3 min left`.
    pub(crate) fn time_left(self, seconds: u64) -> String {
        let time = match seconds {
            0..60 => format!("{seconds} s"),
            60..3600 => format!("{} min", seconds.div_ceil(60)),
            _ => format!("{} h", seconds.div_ceil(3600)),
        };
        match self {
            Self::En => format!("{time} left"),
            Self::Fr => format!("encore {time}"),
        }
    }
}
