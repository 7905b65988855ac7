//! Deutsch: was bei einer Ablehnung gesagt wird.

use crate::domain::refusal::{Refusal, StateWord};

fn state(state: StateWord) -> &'static str {
    match state {
        StateWord::Waiting => "wartet noch",
        StateWord::Delayed => "ist nach einem verpassten Aufruf zurückgestellt",
        StateWord::Called => "ist aufgerufen",
        StateWord::Serving => "wird gerade bedient",
        StateWord::Held => "ist zurückgelegt",
    }
}

pub(in crate::domain::refusal) fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoConfiguration => {
            "Die Halle ist noch nicht eingerichtet; die Verwaltung muss eine Konfiguration laden."
                .into()
        }
        Refusal::UnknownService(id) => {
            format!("Das Anliegen „{id}“ gibt es nicht; bitte aktualisieren und neu wählen.")
        }
        Refusal::UnknownClass(id) => {
            format!("Die Vorrangklasse „{id}“ gibt es nicht; bitte aktualisieren und neu wählen.")
        }
        Refusal::UnknownWindow(id) => {
            format!("Den Schalter „{id}“ gibt es nicht; bitte aktualisieren und neu wählen.")
        }
        Refusal::UnknownZone(id) => {
            format!("Den Bereich „{id}“ gibt es nicht; bitte aktualisieren und neu wählen.")
        }
        Refusal::UnknownStaff(id) => {
            format!("Die Personalnummer „{id}“ gibt es nicht; bitte prüfen.")
        }
        Refusal::UnknownDevice(id) => {
            format!("Das Gerät „{id}“ fehlt in der Konfiguration; die Verwaltung muss es eintragen.")
        }
        Refusal::UnknownTicket(name) => {
            format!("Eine gültige Nummer „{name}“ gibt es nicht; sie ist erledigt oder verfallen.")
        }
        Refusal::Closed { opens_at: Some(_) } => {
            "Zurzeit werden keine Nummern ausgegeben; bitte kommen Sie zu den Öffnungszeiten wieder."
                .into()
        }
        Refusal::Closed { opens_at: None } => {
            "Zurzeit werden keine Nummern ausgegeben; bitte fragen Sie an der Information.".into()
        }
        Refusal::QuotaReached { quota } => {
            format!(
                "Alle {quota} Nummern sind vergeben; bitte kommen Sie an einem anderen Tag oder fragen Sie das Personal."
            )
        }
        Refusal::NumbersExhausted(id) => {
            format!("Alle Nummern von „{id}“ sind vergeben; bitte versuchen Sie es später erneut.")
        }
        Refusal::HallFull { tickets_max } => {
            format!("Die Halle ist voll ({tickets_max} Wartende); bitte ziehen Sie später eine Nummer.")
        }
        Refusal::HasTicket { label, .. } => {
            format!("Sie haben für dieses Anliegen schon die Nummer {label}; warten Sie mit ihr oder lassen Sie eine Kopie drucken.")
        }
        Refusal::NobodyWaits => "Für diesen Schalter wartet niemand.".into(),
        Refusal::WindowBusy { label } => {
            format!(
                "Der Schalter hat die Nummer {label}; bitte diese zuerst abschließen, als nicht erschienen melden oder zurücklegen."
            )
        }
        Refusal::WindowHasNoTicket => {
            "Der Schalter hat keine Nummer; bitte zuerst eine aufrufen.".into()
        }
        Refusal::WindowClosed => "Der Schalter ist nicht geöffnet; bitte zuerst anmelden.".into(),
        Refusal::WindowPaused => "Der Schalter pausiert; bitte zuerst fortsetzen.".into(),
        Refusal::WindowNotPaused => "Der Schalter pausiert nicht.".into(),
        Refusal::WindowTaken { staff } => {
            format!("An diesem Schalter ist {staff} angemeldet und muss sich zuerst abmelden.")
        }
        Refusal::SignedOnElsewhere { window } => {
            format!("Sie sind am Schalter „{window}“ angemeldet; bitte dort zuerst abmelden.")
        }
        Refusal::NotServedHere(id) => format!("Dieser Schalter bearbeitet „{id}“ nicht."),
        Refusal::NotServedThere(id) => {
            format!("Dort bearbeitet kein Schalter „{id}“; bitte ein anderes Ziel wählen.")
        }
        Refusal::WrongState {
            label,
            state: stands,
        } => {
            format!("Die Nummer {label} {}; das geht jetzt nicht.", state(*stands))
        }
        Refusal::RecallLimit { recalls_max } => {
            format!(
                "Die Nummer wurde {recalls_max}-mal erneut aufgerufen; bitte als nicht erschienen melden."
            )
        }
        Refusal::RecallTooSoon { wait_ms } => {
            format!(
                "Die Nummer wurde gerade erst aufgerufen; erneut möglich in {} s.",
                wait_ms.div_ceil(1000)
            )
        }
        Refusal::CalledTooFewTimes { calls } => {
            format!(
                "Eine Nummer muss {calls}-mal aufgerufen werden, bevor sie als nicht erschienen gilt; bitte erneut aufrufen."
            )
        }
        Refusal::TooLateToUndo { within_seconds } => {
            format!(
                "Der Aufruf ist älter als {within_seconds} s und lässt sich nicht zurücknehmen."
            )
        }
        Refusal::ReservedElsewhere { window } => {
            format!("Die Nummer ist für den Schalter „{window}“ vorgesehen.")
        }
        Refusal::ReasonMissing => "Bitte geben Sie einen Grund an.".into(),
        Refusal::ReasonTooLong { chars_max } => {
            format!("Der Text ist zu lang; erlaubt sind {chars_max} Zeichen.")
        }
        Refusal::HoldReasonReserved => {
            "Dieser Grund ist verpassten Aufrufen vorbehalten; bitte einen anderen wählen.".into()
        }
        Refusal::ReturnInThePast => {
            "Die erwartete Rückkehr liegt in der Vergangenheit; bitte neu eingeben.".into()
        }
        Refusal::TooManyServices { services_max } => {
            format!("Eine Nummer kann höchstens {services_max} weitere Anliegen haben.")
        }
        Refusal::NotAllowed => "Dazu sind Sie nicht berechtigt.".into(),
        Refusal::PairingCodeUnknown => {
            "Der Kopplungscode ist falsch, verbraucht oder abgelaufen; bitte einen neuen anfordern."
                .into()
        }
        Refusal::BadExpiry => "Das Ablaufdatum ist nicht gültig.".into(),
    }
}
