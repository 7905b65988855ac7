//! Compiles the kiosk's screens into the program, fonts included.

use std::collections::HashMap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = (
        nowserving_ui::LIBRARY.to_owned(),
        nowserving_ui::library_path(),
    );
    // Tests find elements by what they say; a program for a hall does not need to know their names.
    let for_tests = std::env::var("PROFILE").is_ok_and(|profile| profile != "release");
    let configuration = slint_build::CompilerConfiguration::new()
        .with_library_paths(HashMap::from([library]))
        .embed_resources(slint_build::EmbedResourcesKind::EmbedFiles)
        .with_debug_info(for_tests);
    slint_build::compile_with_config("kiosk.slint", configuration)?;
    Ok(())
}
