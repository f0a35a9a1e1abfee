// The files of new projects; made from templates/ when winrmctl is built. `@NAME@` and the like are still in them.
#pragma once

#include <span>
#include <string_view>

namespace winrmd::tools {

struct Template {
  std::string_view path;  // as below templates/: common/CMakeLists.txt, shell/plugin.cpp
  std::string_view text;
};

std::span<const Template> templates();

}  // namespace winrmd::tools
