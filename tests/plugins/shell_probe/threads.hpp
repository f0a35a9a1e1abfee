#pragma once

#include <chrono>
#include <functional>

namespace probe {

// Runs `work` on a thread of its own after `delay`, or not at all when the plug-in is shut down before.
void run_later(std::chrono::milliseconds delay, std::function<void()> work);
// Waits for every thread. Called by Shutdown.
void join_threads();

}  // namespace probe
