# Chooses the compiler before project(): the system compiler where it can build coroutines correctly (g++ 14 or later),
# clang-19 where the distribution ships it beside an older default (Debian 12). -DCMAKE_CXX_COMPILER always wins.
if(NOT DEFINED CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
  find_program(WINRMD_CLANG19 clang++-19)
  if(WINRMD_CLANG19)
    set(CMAKE_CXX_COMPILER "${WINRMD_CLANG19}")
    find_program(WINRMD_CLANG19_C clang-19)
    set(CMAKE_C_COMPILER "${WINRMD_CLANG19_C}")
  endif()
endif()
find_program(WINRMD_CCACHE ccache)
if(WINRMD_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # With precompiled headers it caches only when it need not look at macros and times in them.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${WINRMD_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER "${WINRMD_CCACHE}")
endif()
# Headers that are precompiled twice are the same then, and so are cached objects that use them.
if(CMAKE_CXX_COMPILER MATCHES "clang")
  add_compile_options("SHELL:$<$<COMPILE_LANGUAGE:CXX>:-Xclang -fno-pch-timestamp>")
endif()
