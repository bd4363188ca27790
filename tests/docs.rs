//! The documentation that is made from the code.

use expect_test::expect_file;

/// `UPDATE_EXPECT=1 cargo test --test docs` writes the file anew.
#[test]
fn the_page_of_diagnostics_is_up_to_date() {
    expect_file!["../docs/diagnostics.md"].assert_eq(&massdriver_ls::cli::docs::diagnostics_markdown());
}

#[test]
fn the_page_of_settings_is_up_to_date() {
    expect_file!["../docs/settings.md"].assert_eq(&massdriver_ls::cli::docs::settings_markdown());
}
