# find_package(winrmd): what a plug-in is built with. The same file serves an installed winrmd and a clone of its
# sources, where nothing has to be built first.
#   winrmd::headers   wsman.h, wsman.hpp and their like
#   winrmd::wsmsvc    libwsmsvc.so with the functions that plug-ins call (installed only). A plug-in need not link it: the
#                     process that loads the plug-in has it. Linked, plug-ins can be loaded by tests of yours too.
#   winrmd_add_plugin(NAME SOURCE...)   a plug-in NAME.so (NAME.dll), in C or C++
#   winrmd_PLUGIN_DIR                   where winrmd's own plug-ins are (installed only)
#   winrmd_PROGRAM_DIR                  where winrmctl is (installed only)
cmake_policy(PUSH)
cmake_policy(VERSION 3.16)

set(winrmd_installed_targets ${CMAKE_CURRENT_LIST_DIR}/winrmd-targets.cmake)
if(EXISTS ${winrmd_installed_targets})
  include(${winrmd_installed_targets})
  include(${CMAKE_CURRENT_LIST_DIR}/winrmd-folders.cmake)
elseif(NOT TARGET winrmd::headers)
  get_filename_component(winrmd_include ${CMAKE_CURRENT_LIST_DIR}/../../include ABSOLUTE)
  add_library(winrmd::headers INTERFACE IMPORTED)
  set_target_properties(winrmd::headers PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${winrmd_include})
  unset(winrmd_include)
endif()
unset(winrmd_installed_targets)

function(winrmd_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  # Entry points are exported by WSMAN_PLUGIN_EXPORT; nothing else need be seen.
  set_target_properties(${name} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${name} PRIVATE winrmd::headers)
  if(WIN32)
    target_link_libraries(${name} PRIVATE wsmsvc)
  elseif(TARGET winrmd::wsmsvc)
    target_link_libraries(${name} PRIVATE winrmd::wsmsvc)
  endif()
endfunction()

cmake_policy(POP)
