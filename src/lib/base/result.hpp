// Error values. Nothing throws across a module border; a function that can fail returns Result<T>.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace winrmd {

// What went wrong, as one sentence for the operator. Modules whose callers act on the kind of failure (http, soap)
// have error types of their own.
struct Error {
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string message) { return std::unexpected(Error{std::move(message)}); }

}  // namespace winrmd
