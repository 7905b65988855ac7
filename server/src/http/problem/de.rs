//! Deutsch: warum eine Anfrage nicht ausgeführt wurde.

use super::Code;

pub(super) fn sentence(code: Code) -> &'static str {
    match code {
        Code::NotFound => {
            "Unter dieser Adresse gibt es nichts. Bitte sehen Sie in die Beschreibung der Schnittstelle unter /api."
        }
        Code::MethodNotAllowed => {
            "Diese Adresse nimmt diese Methode nicht an. Bitte sehen Sie in die Beschreibung der Schnittstelle unter /api."
        }
        Code::UnsupportedMediaType => {
            "Der Inhalt hat den falschen Typ. Bitte setzen Sie content-type, wie es die Beschreibung der Schnittstelle sagt."
        }
        Code::BodyTooLarge => "Der Inhalt ist zu groß. Bitte senden Sie weniger.",
        Code::BadBody => {
            "Der Inhalt ist nicht lesbar. Bitte senden Sie, was die Beschreibung der Schnittstelle verlangt."
        }
        Code::BadParameter => {
            "Ein Teil der Adresse oder der Abfrage ist falsch. Bitte sehen Sie in die Beschreibung der Schnittstelle."
        }
        Code::BadHeader => {
            "Eine Kopfzeile ist nicht lesbar. Bitte sehen Sie in die Beschreibung der Schnittstelle."
        }
        Code::RequestTimeout => {
            "Der Inhalt kam nicht rechtzeitig an, und nichts wurde ausgeführt. Bitte prüfen Sie das Netz und versuchen Sie es erneut."
        }
        Code::AnswerTimeout => {
            "Die Bearbeitung hat zu lange gedauert, und es ist nicht bekannt, ob sie ausgeführt wurde. Bitte versuchen Sie es mit demselben Idempotency-Key erneut."
        }
        Code::IdempotencyKeyMissing => {
            "Die Kopfzeile Idempotency-Key fehlt. Bitte erzeugen Sie für jede Nummer einen neuen Schlüssel und verwenden Sie ihn bei Wiederholungen erneut."
        }
        Code::IdempotencyKeyMalformed => {
            "Ein Idempotency-Key hat 1 bis 64 sichtbare ASCII-Zeichen."
        }
        Code::IdempotencyKeyReused => {
            "Dieser Idempotency-Key gehört zu einer anderen Anfrage. Bitte erzeugen Sie einen neuen."
        }
        Code::NotLoggedIn => "Bitte melden Sie sich zuerst an.",
        Code::DeviceTokenUnknown => {
            "Die Kennung des Geräts ist ungültig oder widerrufen. Bitte lassen Sie das Gerät neu koppeln."
        }
        Code::TicketTokenUnknown => {
            "Der Link zur Wartenummer ist unvollständig oder falsch. Bitte scannen Sie den Code auf dem Ausdruck erneut."
        }
        Code::TicketTokenExpired => "Diese Wartenummer ist abgelaufen und nicht mehr einsehbar.",
        Code::WrongPassword => "Personalnummer oder Passwort sind falsch.",
        Code::WrongPresentPassword => "Das bisherige Passwort ist falsch.",
        Code::TooManyAttempts => {
            "Zu viele Versuche. Bitte warten Sie einen Moment und versuchen Sie es erneut."
        }
        Code::BadPassword => {
            "Ein Passwort hat 8 bis 128 Zeichen und ist weder gebräuchlich noch die Personalnummer."
        }
        Code::SetupCodeUnknown => {
            "Der Einrichtungscode ist falsch oder verbraucht. Bitte sehen Sie nach, was der Server beim Start ausgegeben hat."
        }
        Code::CrossSite => {
            "Die Anfrage kam von einer anderen Website oder ohne die Kopfzeile x-nowserving. Bitte verwenden Sie die Seiten dieses Systems."
        }
        Code::NotAllowed => "Dazu sind Sie nicht berechtigt.",
        Code::ConfigurationFaulty => {
            "Die Konfiguration hat Fehler und wurde nicht geladen. Bitte berichtigen Sie die genannten Zeilen."
        }
        Code::Busy => {
            "Das System ist ausgelastet, und nichts wurde ausgeführt. Bitte versuchen Sie es gleich noch einmal."
        }
        Code::NotRecorded => {
            "Zurzeit kann nichts aufgezeichnet werden, und nichts wurde ausgeführt. Bitte lassen Sie die Verwaltung den Datenträger prüfen."
        }
        Code::OutcomeUnknown => {
            "Es ist nicht bekannt, ob dies ausgeführt wurde. Bitte versuchen Sie es mit demselben Idempotency-Key erneut."
        }
        Code::Stopping => {
            "Der Server wird angehalten, und nichts wurde ausgeführt. Bitte versuchen Sie es gleich noch einmal."
        }
        Code::HistoryAway => {
            "Der Verlauf ist zurzeit nicht lesbar. Bitte versuchen Sie es später erneut oder starten Sie den Server neu."
        }
        Code::Internal => {
            "Im Server ist ein Fehler aufgetreten. Bitte lassen Sie die Verwaltung das Protokoll ansehen."
        }
    }
}
