# What `cmake --install` puts where. Components: service, development (the SDK for plug-in authors), documentation.
# The programs find each other in their own folder and the plug-ins in ../lib/winrmd/plugins, so a prefix can be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(WINRMD_PLUGIN_DIR lib/winrmd/plugins)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/winrmd)

# Programs and shipped plug-ins: whatever was declared with winrmd_program(), and each module in plugins/.
get_property(programs GLOBAL PROPERTY WINRMD_PROGRAMS)
file(RELATIVE_PATH library_from_programs /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
foreach(program IN LISTS programs)
  set_target_properties(${program} PROPERTIES INSTALL_RPATH "$ORIGIN/${library_from_programs}")
  install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT service)
endforeach()
file(GLOB plugin_folders LIST_DIRECTORIES true ${PROJECT_SOURCE_DIR}/plugins/*)
foreach(folder IN LISTS plugin_folders)
  if(EXISTS ${folder}/CMakeLists.txt)
    get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
      get_target_property(type ${target} TYPE)
      if(type STREQUAL MODULE_LIBRARY)
        install(TARGETS ${target} LIBRARY DESTINATION ${WINRMD_PLUGIN_DIR} COMPONENT service)
      endif()
    endforeach()
  endif()
endforeach()

install(FILES packaging/pam.d/winrmd DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/pam.d COMPONENT service)

# The library belongs to the service; the name that linkers look for, to the SDK.
set_target_properties(wsmsvc PROPERTIES EXPORT_NAME wsmsvc)
set_target_properties(wsman_headers PROPERTIES EXPORT_NAME headers)
install(TARGETS wsmsvc wsman_headers EXPORT winrmd
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/winrmd
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT service NAMELINK_COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/winrmd COMPONENT development
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(EXPORT winrmd NAMESPACE winrmd:: FILE winrmd-targets.cmake DESTINATION ${package_dir} COMPONENT development)

set(made ${CMAKE_BINARY_DIR}/sdk)
write_basic_package_version_file(${made}/winrmd-config-version.cmake COMPATIBILITY SameMajorVersion)
file(RELATIVE_PATH package_to_prefix /${package_dir} /)
file(WRITE ${made}/winrmd-folders.cmake
  "get_filename_component(winrmd_PLUGIN_DIR \${CMAKE_CURRENT_LIST_DIR}/${package_to_prefix}${WINRMD_PLUGIN_DIR} ABSOLUTE)\n"
  "get_filename_component(winrmd_PROGRAM_DIR \${CMAKE_CURRENT_LIST_DIR}/${package_to_prefix}${CMAKE_INSTALL_BINDIR} ABSOLUTE)\n")
file(RELATIVE_PATH WINRMD_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" WINRMD_PC_TO_PREFIX ${WINRMD_PC_TO_PREFIX})
configure_file(${PROJECT_SOURCE_DIR}/cmake/sdk/winrmd.pc.in ${made}/winrmd.pc @ONLY)
install(FILES ${PROJECT_SOURCE_DIR}/cmake/sdk/winrmd-config.cmake ${made}/winrmd-config-version.cmake
  ${made}/winrmd-folders.cmake DESTINATION ${package_dir} COMPONENT development)
install(FILES ${made}/winrmd.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

# Documentation keeps its folders, so that its links go on working; samples are without their tests, which need the tree.
install(FILES README.md CHANGELOG.md LICENSE SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documentation)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documentation FILES_MATCHING PATTERN "*.md"
  PATTERN man EXCLUDE)
install(DIRECTORY samples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documentation
  PATTERN "*_test.cpp" EXCLUDE PATTERN samples/CMakeLists.txt EXCLUDE)
foreach(section 5 8)
  file(GLOB pages CONFIGURE_DEPENDS docs/man/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT documentation)
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/man/winrmd.toml.5 ${CMAKE_BINARY_DIR}/man/winrmd-plugin.5
  DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT documentation)
