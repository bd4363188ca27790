//! What an accepted item leaves behind.

use super::accept;
use expect_test::expect;
