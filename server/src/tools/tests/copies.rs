//! Backups, exports and imports: the same hall comes out.

use super::*;

#[test]
fn a_backup_of_a_running_hall_is_a_hall_that_verifies_and_starts() {
    let site = Site::new();
    let mut journal = site.running();
    let hall = carry_on(&mut journal, 7, 50);
    let copy = site.path("copy");
    let done = backup(&site.data(), &copy, &mut quiet()).unwrap();
    assert_eq!((done.events, done.secrets), (hall.seq(), 1));
    assert!(done.snapshot.is_some());
    carry_on(&mut journal, 8, 50);
    assert_eq!(verify(&copy, &mut quiet()).unwrap(), Verdict::Good);
    assert!(hall_in(&copy) == hall);
    let secret = fs::read_to_string(DataDir::new(&copy).secrets().join("ticket-token.key"));
    assert_eq!(secret.unwrap(), "a key");
}

#[test]
fn a_backup_goes_into_an_empty_directory_elsewhere_only() {
    let site = Site::new();
    let inside = site.data().join("copy");
    let refused = backup(&site.data(), &inside, &mut quiet()).unwrap_err();
    assert!(said(&refused).contains("lies inside"), "{refused:#}");
    let refused = backup(&site.data(), &site.data(), &mut quiet()).unwrap_err();
    assert!(said(&refused).contains("is not empty"), "{refused:#}");
}

#[test]
fn a_damaged_hall_is_not_copied_as_if_it_were_good() {
    let site = Site::new();
    let path = site.running().segments()[0].path.clone();
    let mut bytes = fs::read(&path).unwrap();
    bytes[9000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let refused = backup(&site.data(), &site.path("copy"), &mut quiet()).unwrap_err();
    assert!(said(&refused).contains("the backup to"), "{refused:#}");
    let export = site.path("hall.ndjson");
    assert!(super::super::export(&site.data(), &export, &mut quiet()).is_err());
    assert_eq!(
        fs::read_dir(site.dir.path()).unwrap().count(),
        2,
        "nothing is left of it"
    );
}

#[test]
fn what_is_exported_and_imported_is_the_same_hall_and_the_same_journal() {
    let site = Site::new();
    for name in ["hall.ndjson", "hall.ndjson.gz"] {
        let file = site.path(name);
        let done = export(&site.data(), &file, &mut quiet()).unwrap();
        assert_eq!(done.events, site.hall.seq());
        let copy = site.path(&format!("{name}.data"));
        import(&file, &copy, &mut quiet()).unwrap();
        assert!(hall_in(&copy) == site.hall);
        assert_eq!(verify(&copy, &mut quiet()).unwrap(), Verdict::Good);
        let (copied, journal) = (open(&DataDir::new(&copy).journal()), site.running());
        assert_eq!((copied.id(), copied.head()), (journal.id(), journal.head()));
        drop((copied, journal));
        let again = site.path(&format!("{name}.again"));
        export(&copy, &again, &mut quiet()).unwrap();
        if name == "hall.ndjson" {
            assert!(fs::read(&again).unwrap() == fs::read(&file).unwrap());
        }
    }
}

#[test]
fn an_empty_hall_can_be_exported_and_imported() {
    let dir = tempfile::tempdir().unwrap();
    let data = DataDir::new(&dir.path().join("data"));
    let id = open(&data.journal()).id();
    let file = dir.path().join("hall.ndjson");
    export(data.root(), &file, &mut quiet()).unwrap();
    let copy = dir.path().join("copy");
    let done = import(&file, &copy, &mut quiet()).unwrap();
    assert_eq!((done.events, done.journal), (0, id));
    assert!(hall_in(&copy) == Hall::default());
}

#[test]
fn an_export_is_never_written_over_a_file_and_read_by_its_user_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new();
    let file = site.path("hall.ndjson");
    export(&site.data(), &file, &mut quiet()).unwrap();
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let refused = export(&site.data(), &file, &mut quiet()).unwrap_err();
    assert!(said(&refused).contains("is there already"), "{refused:#}");
}

#[test]
fn an_altered_export_leaves_nothing_behind() {
    let site = Site::new();
    let file = site.path("hall.ndjson");
    export(&site.data(), &file, &mut quiet()).unwrap();
    let good = fs::read(&file).unwrap();
    let copy = site.path("copy");
    let mut chance = Chance(4);
    for _ in 0..100 {
        let mut bytes = good.clone();
        let at = usize::try_from(chance.below(bytes.len() as u64)).unwrap();
        match chance.below(3) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes.truncate(at),
            _ => bytes.extend_from_slice(b"{}\n"),
        }
        fs::write(&file, &bytes).unwrap();
        let refused = import(&file, &copy, &mut quiet()).unwrap_err();
        assert!(
            said(&refused).contains("nothing was imported"),
            "{refused:#}"
        );
        assert!(!copy.exists(), "byte {at}");
    }
    fs::write(&file, &good).unwrap();
    import(&file, &copy, &mut quiet()).unwrap();
    assert!(hall_in(&copy) == site.hall);
}

#[test]
fn lines_that_change_places_are_refused() {
    let site = Site::new();
    let file = site.path("hall.ndjson");
    export(&site.data(), &file, &mut quiet()).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(20, 21);
    fs::write(&file, lines.join("\n") + "\n").unwrap();
    let refused = import(&file, &site.path("copy"), &mut quiet()).unwrap_err();
    assert!(said(&refused).contains("follows upon event"), "{refused:#}");
}

#[test]
fn an_import_goes_into_an_empty_directory_only_and_over_the_rest_of_an_interrupted_one() {
    let site = Site::new();
    let file = site.path("hall.ndjson");
    export(&site.data(), &file, &mut quiet()).unwrap();
    let refused = import(&file, &site.data(), &mut quiet()).unwrap_err();
    assert!(said(&refused).contains("is not empty"), "{refused:#}");
    assert!(hall_in(&site.data()) == site.hall);
    let copy = site.path("copy");
    fs::create_dir_all(copy.join("importing/journal")).unwrap();
    fs::write(copy.join("importing/journal/mark"), "half").unwrap();
    import(&file, &copy, &mut quiet()).unwrap();
    assert!(hall_in(&copy) == site.hall);
}
