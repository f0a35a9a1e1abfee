# g++ 12 destroys temporaries of a co_await expression twice; clang-16 miscompiles a coroutine that resumes on another
# thread. Either is a use-after-free in a network daemon, so a compiler that gets a probe wrong is refused here.
foreach(probe temporaries thread_hop)
  if(NOT DEFINED WINRMD_PROBE_${probe}_EXIT)
    try_run(WINRMD_PROBE_${probe}_EXIT WINRMD_PROBE_${probe}_BUILT
      ${CMAKE_BINARY_DIR}/probes ${CMAKE_CURRENT_LIST_DIR}/probes/${probe}.cpp
      CMAKE_FLAGS -DCMAKE_CXX_STANDARD=23 -DCMAKE_CXX_STANDARD_REQUIRED=ON
      COMPILE_DEFINITIONS -O2 -std=c++23 -pthread LINK_OPTIONS -pthread
      COMPILE_OUTPUT_VARIABLE WINRMD_PROBE_${probe}_LOG)
    if(NOT WINRMD_PROBE_${probe}_BUILT)
      unset(WINRMD_PROBE_${probe}_EXIT CACHE)
      message(FATAL_ERROR "coroutine probe '${probe}' does not compile with ${CMAKE_CXX_COMPILER}:\n${WINRMD_PROBE_${probe}_LOG}")
    endif()
  endif()
  if(NOT "${WINRMD_PROBE_${probe}_EXIT}" EQUAL 0)
    message(FATAL_ERROR "${CMAKE_CXX_COMPILER} miscompiles coroutines (probe '${probe}' exited with "
      "${WINRMD_PROBE_${probe}_EXIT}). Use clang 19 or later, or g++ 14 or later.")
  endif()
endforeach()
