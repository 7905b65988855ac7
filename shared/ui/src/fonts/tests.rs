//! Where the files go and what they say; that a window opens without fonts is shown by kiosk and display.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// A directory of this test; removed when dropped.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let place = std::env::temp_dir().join(format!("fonts-{name}-{}", std::process::id()));
        let mut builder = DirBuilder::new();
        builder.mode(0o700).create(&place).expect("a new directory");
        Self(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What remains is in the directory for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn owner() -> u32 {
    fs::metadata("/proc/self").expect("this process").uid()
}

#[test]
fn the_font_and_a_configuration_that_names_it_are_written() {
    let place = Place::new("written");
    let path = write_files(&place.0, Others::Hidden, None).expect("a directory of ours");
    let font = place.0.join("fonts/NotoSansSC-Regular.otf");
    assert!(fs::read(&font).expect("the font") == FONT_REGULAR);
    let text = fs::read_to_string(path).expect("the configuration");
    let fonts = place.0.join("fonts");
    assert!(text.contains(&format!("<dir>{}</dir>", fonts.display())));
    assert!(!text.contains("<include"));
}

#[test]
fn a_second_start_changes_no_file() {
    let place = Place::new("second");
    let first = write_files(&place.0, Others::Seen, None).expect("a directory of ours");
    let font = place.0.join("fonts/NotoSansSC-Regular.otf");
    let of = |path: &Path| fs::metadata(path).expect("a file").ino();
    let before = (of(&font), of(&first));
    let second = write_files(&place.0, Others::Seen, None).expect("a directory of ours");
    assert!(second == first && (of(&font), of(&second)) == before);
}

#[test]
fn a_damaged_font_is_written_anew() {
    let place = Place::new("damaged");
    let font = place.0.join("fonts/NotoSansSC-Regular.otf");
    fs::create_dir_all(place.0.join("fonts")).expect("a directory of ours");
    fs::write(&font, b"OTTO").expect("a file");
    write_files(&place.0, Others::Seen, None).expect("a directory of ours");
    assert!(fs::read(&font).expect("the font") == FONT_REGULAR);
}

#[test]
fn the_configuration_that_was_in_force_is_kept_and_has_a_file_of_its_own() {
    let place = Place::new("kept");
    let usual = write_files(&place.0, Others::Seen, None).expect("a directory of ours");
    let named = Some(OsString::from("/opt/a & b/<fonts>.conf"));
    let other = write_files(&place.0, Others::Seen, named).expect("a directory of ours");
    assert_ne!(usual, other);
    let text = |path: &Path| fs::read_to_string(path).expect("a configuration");
    assert!(text(&usual).contains(">fonts.conf</include>"));
    assert!(text(&other).contains(">/opt/a &amp; b/&lt;fonts>.conf</include>"));
}

#[test]
fn a_directory_into_which_others_write_is_not_ours() {
    let place = Place::new("open");
    assert!(make_own(&place.0, owner()).is_ok());
    fs::set_permissions(&place.0, fs::Permissions::from_mode(0o777)).expect("our directory");
    let refused = make_own(&place.0, owner()).expect_err("anybody may write into it");
    assert!(refused.to_string().contains("others may write into it"));
}

#[test]
fn a_link_to_a_directory_is_not_ours() {
    let place = Place::new("link");
    let link = place.0.join("link");
    std::os::unix::fs::symlink("/", &link).expect("a link");
    assert!(make_own(&link, owner()).is_err());
}
