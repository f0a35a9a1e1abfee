// How a request fails: the code of the fault, and for the client what is wrong.
#pragma once

#include <wsman_resource.h>

#include <expected>
#include <string>
#include <utility>

namespace config_tree {

struct Refusal {
  DWORD code = 0;
  std::string text;
};

template <class T>
using Outcome = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(DWORD code, std::string text) {
  return std::unexpected(Refusal{.code = code, .text = std::move(text)});
}

}  // namespace config_tree
