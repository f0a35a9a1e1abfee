# One way to declare each kind of module. Tests and fuzz targets sit beside the code and are named in the same call.
#   winrmd_library(NAME text SOURCES a.cpp b.cpp LINK winrmd_base TESTS a_test.cpp FUZZ a_fuzz)
# gives the library target winrmd_text, the test program text_test, and one program per fuzz target. A fuzz target
# `a_fuzz` is a_fuzz.cpp with its corpus in a_fuzz.corpus/; outside the fuzz preset it is linked with a small driver and
# the corpus runs as a test.
function(winrmd_tests name)
  cmake_parse_arguments(ARG "" "" "TESTS;FUZZ;LINK" ${ARGN})
  if(ARG_TESTS AND WINRMD_TESTS)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE ${ARG_LINK} winrmd_options GTest::gtest GTest::gtest_main)
    # GoogleTest costs more to read than most tests; a folder with a precompiled header of its own sets the variable.
    if(NOT WINRMD_TESTS_OWN_HEADER)
      target_precompile_headers(${name}_test REUSE_FROM winrmd_test_headers)
    endif()
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
  endif()
  foreach(target IN LISTS ARG_FUZZ)
    if(WINRMD_FUZZ)
      add_executable(${target} ${target}.cpp)
      target_link_libraries(${target} PRIVATE ${ARG_LINK} winrmd_options)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    elseif(WINRMD_TESTS)
      add_executable(${target} ${target}.cpp ${PROJECT_SOURCE_DIR}/tests/support/corpus_runner.cpp)
      target_link_libraries(${target} PRIVATE ${ARG_LINK} winrmd_options)
      add_test(NAME corpus.${target} COMMAND ${target} ${CMAKE_CURRENT_SOURCE_DIR}/${target}.corpus)
      set_tests_properties(corpus.${target} PROPERTIES TIMEOUT 120)
    endif()
  endforeach()
endfunction()

function(winrmd_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;LINK;PRIVATE_LINK;TESTS;FUZZ" ${ARGN})
  add_library(winrmd_${ARG_NAME} STATIC ${ARG_SOURCES})
  target_include_directories(winrmd_${ARG_NAME} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(winrmd_${ARG_NAME} PUBLIC ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK} winrmd_options)
  winrmd_tests(${ARG_NAME} TESTS ${ARG_TESTS} FUZZ ${ARG_FUZZ} LINK winrmd_${ARG_NAME})
endfunction()

# A program of the service: a static library with everything but main(), so that tests link the same code. Installed.
function(winrmd_program)
  cmake_parse_arguments(ARG "" "NAME;MAIN;LIBRARY" "SOURCES;LINK;PRIVATE_LINK;TESTS;FUZZ" ${ARGN})
  winrmd_library(NAME ${ARG_LIBRARY} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} PRIVATE_LINK ${ARG_PRIVATE_LINK}
    TESTS ${ARG_TESTS} FUZZ ${ARG_FUZZ})
  add_executable(${ARG_NAME} ${ARG_MAIN})
  target_link_libraries(${ARG_NAME} PRIVATE winrmd_${ARG_LIBRARY} winrmd_options)
  set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  set_property(GLOBAL APPEND PROPERTY WINRMD_PROGRAMS ${ARG_NAME})
endfunction()
