//! Compiles the display's screens into the program, fonts included.

use std::collections::HashMap;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = (
        nowserving_ui::LIBRARY.to_owned(),
        nowserving_ui::library_path(),
    );
    let configuration = slint_build::CompilerConfiguration::new()
        .with_library_paths(HashMap::from([library]))
        .embed_resources(slint_build::EmbedResourcesKind::EmbedFiles);
    slint_build::compile_with_config("display.slint", configuration)?;
    Ok(())
}
