// From what was asked for to what is checked.
#pragma once

#include "lib/base/result.hpp"
#include "tools/plugin_check/findings.hpp"
#include "tools/plugin_check/play.hpp"

namespace winrmd::tools::check {

// Reads the library's exports and the configuration. What the file lacks is a finding of the scenario `file`. The
// result refers to `options`.
Result<Subject> make_subject(const Options& options, Findings& findings);

}  // namespace winrmd::tools::check
