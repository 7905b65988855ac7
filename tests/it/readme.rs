//! The commands in the README are commands that work.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nowserving_tests::harness::process::{free_address, program};

/// How long a command may take until it says what is waited for.
const PATIENCE: Duration = Duration::from_secs(180);
/// The project's directory.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The commands of the README's blocks, without their comments.
fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(Path::new(PROJECT).join("README.md")).expect("a README");
    let mut commands = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            let command = line.split('#').next().unwrap_or_default().trim();
            commands.extend((!command.is_empty()).then(|| command.to_owned()));
        }
    }
    commands
}

fn hall(arguments: &[&str]) -> Command {
    let mut command = Command::new(Path::new(PROJECT).join("hall"));
    command.args(arguments).current_dir(PROJECT);
    command
}

/// A program that was told to stop when the test is over.
struct Stopped(Child);

impl Stopped {
    fn interrupt(&mut self) {
        if let Some(pid) = rustix::process::Pid::from_raw(self.0.id().cast_signed()) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        }
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        self.interrupt();
        let _ = self.0.wait();
    }
}

/// Starts a program and waits until it has said all of this; it runs on.
fn starts_and_says(mut command: Command, wanted: &[&str]) -> Stopped {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut running = Stopped(child.expect("it starts"));
    let (sender, lines) = mpsc::channel();
    let pipes: [Option<Box<dyn std::io::Read + Send>>; 2] = [
        running.0.stdout.take().map(|pipe| Box::new(pipe) as _),
        running.0.stderr.take().map(|pipe| Box::new(pipe) as _),
    ];
    for pipe in pipes.into_iter().flatten() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
    }
    drop(sender);
    let deadline = Instant::now() + PATIENCE;
    let mut said = String::new();
    while !wanted.iter().all(|words| said.contains(words)) {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => said.push_str(&format!("{line}\n")),
            Err(_) => panic!("{wanted:?} were not all said:\n{said}"),
        }
    }
    running
}

#[test]
fn every_command_of_the_readme_is_one_that_is_tried_here() {
    let known = [
        "./hall run",
        "./hall run --visitors 60x",
        "./hall test",
        "./hall bench",
        "./hall help",
        "nowserving-server check-configuration server/demo/hall.toml",
        "nowserving-server serve --data /var/lib/nowserving --configuration server/demo/hall.toml",
        "nowserving-kiosk preview --document ticket --profile 80mm --language en --templates kiosk/templates --out ticket.png",
        "nowserving-display preview --configuration server/demo/hall.toml --layout-id lobby --size 1920x1080 --language zh-CN --inches 55 --farthest-seat 10 lobby.png",
        "nowserving-server try-hook http://127.0.0.1:8710/calls",
    ];
    assert_eq!(commands(), known);
}

#[test]
fn the_script_names_all_that_it_can_do() {
    let helped = hall(&["help"]).output().expect("the script runs");
    assert!(helped.status.success());
    let told = String::from_utf8_lossy(&helped.stdout).into_owned();
    for command in [
        "./hall run",
        "./hall test",
        "./hall bench",
        "--visitors 60x",
        "--log FILE",
    ] {
        assert!(told.contains(command), "{told}");
    }
    let unknown = hall(&["fly"]).output().expect("the script runs");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no “fly”"));
}

#[test]
fn the_demonstration_opens_tells_where_everything_is_and_closes() {
    let place = tempfile::tempdir().expect("a directory");
    let mut command = Command::new(program("demonstration"));
    command
        .args([
            "--headless",
            "--listen",
            &free_address().to_string(),
            "--data",
        ])
        .arg(place.path());
    let mut running = starts_and_says(command, &["http://127.0.0.1:", "admin", "Xvfb", "Ctrl-C"]);
    running.interrupt();
    assert!(running.0.wait().expect("it ends").success());
}

#[test]
fn a_generated_day_is_played_and_adds_up() {
    let place = tempfile::tempdir().expect("a directory");
    let played = Command::new(program("demonstration"))
        .args([
            "--visitors",
            "1800x",
            "--headless",
            "--listen",
            &free_address().to_string(),
            "--data",
        ])
        .arg(place.path())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&played.stdout);
    assert!(
        played.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&played.stderr)
    );
    assert!(told.contains("账目相符"), "{told}");
}

#[test]
fn a_hall_of_ones_own_is_checked_and_opened() {
    let server = program("nowserving-server");
    let checked = Command::new(&server)
        .args(["check-configuration", "server/demo/hall.toml"])
        .current_dir(PROJECT)
        .output()
        .expect("it runs");
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    let place = tempfile::tempdir().expect("a directory");
    let mut command = Command::new(&server);
    command
        .args([
            "serve",
            "--configuration",
            "server/demo/hall.toml",
            "--listen",
            &free_address().to_string(),
            "--data",
        ])
        .arg(place.path().join("nowserving"))
        .current_dir(PROJECT);
    let mut running = starts_and_says(command, &["set-up code: "]);
    running.interrupt();
    assert!(running.0.wait().expect("it ends").success());
}

#[test]
fn a_ticket_of_ones_own_is_previewed_without_a_server_and_without_a_window() {
    let place = tempfile::tempdir().expect("a directory");
    for document in ["ticket", "ticket-large", "slip", "copy"] {
        let picture = place.path().join(format!("{document}.png"));
        let drawn = Command::new(program("nowserving-kiosk"))
            .args(["preview", "--document", document, "--profile", "80mm"])
            .args([
                "--language",
                "en",
                "--templates",
                "kiosk/templates",
                "--out",
            ])
            .arg(&picture)
            .env_remove("DISPLAY")
            .current_dir(PROJECT)
            .output()
            .expect("it runs");
        let complained = String::from_utf8_lossy(&drawn.stderr);
        assert!(drawn.status.success(), "{complained}");
        let told = String::from_utf8_lossy(&drawn.stdout);
        assert!(told.contains("72 × "), "{told}");
        let bytes = std::fs::read(&picture).expect("a picture");
        assert!(bytes.starts_with(b"\x89PNG"), "{document}");
    }
}

/// Previews a layout of the demonstration hall, read from so far; gives what is told, and whether it is accepted.
fn previewed(layout: &str, metres: &str, picture: &std::path::Path) -> (String, bool) {
    let drawn = Command::new(program("nowserving-display"))
        .args(["preview", "--configuration", "server/demo/hall.toml"])
        .args(["--layout-id", layout, "--size", "1920x1080"])
        .args(["--language", "zh-CN", "--inches", "55"])
        .args(["--farthest-seat", metres])
        .arg(picture)
        .env_remove("DISPLAY")
        .current_dir(PROJECT)
        .output()
        .expect("it runs");
    let told = [drawn.stdout, drawn.stderr].concat();
    let told = String::from_utf8_lossy(&told).into_owned();
    (told, drawn.status.success())
}

#[test]
fn a_wall_layout_is_previewed_without_a_server_and_refused_where_nobody_could_read_it() {
    let place = tempfile::tempdir().expect("a directory");
    for layout in ["lobby", "zone", "sunny", "strip"] {
        let picture = place.path().join(format!("{layout}.png"));
        let (told, accepted) = previewed(layout, "10", &picture);
        assert!(accepted, "{told}");
        assert!(told.contains("1920 × 1080 pixels"), "{told}");
        let bytes = std::fs::read(&picture).expect("a picture");
        assert!(bytes.starts_with(b"\x89PNG"), "{layout}");
    }
    let (told, accepted) = previewed("lobby", "60", &place.path().join("far.png"));
    assert!(!accepted, "{told}");
    assert!(told.contains("a seat at 60 m needs 300 mm"), "{told}");
}

/// Tries a hook with the program; gives what is told, and whether it is content.
fn hook_tried(address: SocketAddr) -> (String, bool) {
    let tried = Command::new(program("nowserving-server"))
        .args(["try-hook", &format!("http://{address}/calls")])
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&tried.stdout).into_owned();
    (told, tried.status.success())
}

#[test]
fn a_lamp_is_tried_before_it_hangs_in_the_hall() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it listens");
    let lamp = std::thread::spawn(move || {
        let mut heard = Vec::new();
        for stream in listener.incoming().take(2) {
            let mut stream = stream.expect("somebody posts");
            let mut post = Vec::new();
            while !post.ends_with(b"}") {
                let mut some = [0; 1024];
                let count = stream.read(&mut some).expect("it is whole");
                post.extend_from_slice(&some[..count]);
            }
            let answered = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
            answered.expect("the answer is taken");
            heard.push(String::from_utf8_lossy(&post).into_owned());
        }
        heard
    });
    let (told, content) = hook_tried(address);
    assert!(content, "{told}");
    assert!(told.contains("called A001, window 1: 204"), "{told}");
    let heard = lamp.join().expect("the lamp was told");
    assert!(heard[0].contains("\"event\":\"called\""), "{heard:?}");
    assert!(heard[1].contains("\"event\":\"over\""), "{heard:?}");
    // Nobody listens at port 1.
    let (told, content) = hook_tried(([127, 0, 0, 1], 1).into());
    assert!(!content && told.contains("cannot be reached"), "{told}");
}

#[test]
fn a_faulty_template_is_told_with_its_lines() {
    let place = tempfile::tempdir().expect("a directory");
    std::fs::write(
        place.path().join("ticket.toml"),
        "format = 1\n[[block]]\nkind = \"text\"\nwords = \"{colour}\"\n",
    )
    .expect("written");
    let refused = Command::new(program("nowserving-kiosk"))
        .args(["preview", "--out", "never.png", "--templates"])
        .arg(place.path())
        .current_dir(place.path())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    for words in [
        "ticket.toml: line 1: a ticket needs its number",
        "ticket.toml: line 4:",
        "no field “colour”",
    ] {
        assert!(told.contains(words), "{told}");
    }
    assert!(!place.path().join("never.png").exists());
}
