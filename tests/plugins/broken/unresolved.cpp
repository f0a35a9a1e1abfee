// Needs a function that nobody has: it cannot be loaded.
extern "C" int winrmd_test_function_that_is_nowhere();
extern "C" __attribute__((visibility("default"))) int WSManPluginStartup() {
  return winrmd_test_function_that_is_nowhere();
}
