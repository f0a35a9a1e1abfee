# cmake -DFOLDER=templates -DOUTPUT=templates.cpp -P embed.cmake: the files of a folder as C++.
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
set(rows "")
foreach(name IN LISTS files)
  file(READ ${FOLDER}/${name} text)
  if(text MATCHES "\\)template\"")
    message(FATAL_ERROR "${name} holds the end of a raw string")
  endif()
  string(APPEND rows "    {\"${name}\", R\"template(${text})template\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by embed.cmake.
#include \"tools/plugin_new/templates.hpp\"

namespace winrmd::tools {

std::span<const Template> templates() {
  static constexpr Template all[] = {
${rows}  };
  return all;
}

}  // namespace winrmd::tools
")
